import type { EpochMs } from '../catalog/instant.ts';

/** Time, and waiting for it. Nothing else in services/ and shared/ reads a clock or sets a timer. */
export interface Clock {
  now(): EpochMs;
  /** Resolves after `ms` of real waiting. */
  wait(ms: number): Promise<void>;
}
