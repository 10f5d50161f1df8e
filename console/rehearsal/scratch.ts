import { memoryObjects } from '@catalog-sync/shared/adapters/memory/index.ts';
import type { Clock } from '@catalog-sync/shared/ports/clock.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';

/** A bucket that shows what lies in another, and keeps in memory alone what is written to it. Null: over nothing. */
export const scratchOver = (under: Objects | null, clock: Pick<Clock, 'now'>): Objects => {
  const own = memoryObjects(clock);
  if (under === null) return own;
  return {
    ...own,
    head: async (...at) => (await own.head(...at)) ?? under.head(...at),
    read: async (...at) => (await own.read(...at)) ?? under.read(...at),
    stream: async (...at) => (await own.stream(...at)) ?? under.stream(...at),
  };
};
