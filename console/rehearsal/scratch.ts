import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@catalog-sync/shared/ports/clock.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import { folderObjects } from '../folder-objects.ts';

/** A bucket that shows what lies in another, and keeps for itself what is written to it. Null: over nothing. */
const over = (own: Objects, under: Objects | null): Objects =>
  under === null
    ? own
    : {
        ...own,
        head: async (...at) => (await own.head(...at)) ?? under.head(...at),
        read: async (...at) => (await own.read(...at)) ?? under.read(...at),
        readRange: async (...at) => (await own.readRange(...at)) ?? under.readRange(...at),
        stream: async (...at) => (await own.stream(...at)) ?? under.stream(...at),
      };

/** Does `work` with a scratch bucket over another; what was written to it is gone when that has ended, well or not. */
export const withScratchOver = async <A>(
  under: Objects | null,
  clock: Pick<Clock, 'now'>,
  work: (scratch: Objects) => Promise<A>,
): Promise<A> => {
  const dir = await mkdtemp(join(tmpdir(), 'catalog-sync-plan-'));
  // Also when the process ends in the middle of the work.
  const forget = (): void => rmSync(dir, { recursive: true, force: true });
  process.once('exit', forget);
  try {
    return await work(over(folderObjects(dir, clock), under));
  } finally {
    process.off('exit', forget);
    forget();
  }
};
