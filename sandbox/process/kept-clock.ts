import { existsSync, readFileSync } from 'node:fs';
import { type SandboxClock, sandboxClock } from '../clock.ts';
import { writeWhole } from './write-whole.ts';

/** A clock whose offset survives in the file at `path`, so that a sandbox never starts before the time it knew. */
export const keptClock = (path: string): { clock: SandboxClock; advance(ms: number): void } => {
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { offsetMs: number }).offsetMs : 0;
  const clock = sandboxClock(kept);
  return {
    clock,
    advance: (ms) => {
      // Kept before it counts: what falls due may be written with the new time.
      const offsetMs = Number(Atomics.load(clock.offsetCell, 0)) + Math.round(ms);
      writeWhole(path, JSON.stringify({ offsetMs }));
      clock.advance(ms);
    },
  };
};
