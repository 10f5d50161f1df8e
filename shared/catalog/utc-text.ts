import type { EpochMs } from './instant.ts';

/** `2026-11-23 12:00 UTC`: a moment as people read it, to the minute. */
export const utcText = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
