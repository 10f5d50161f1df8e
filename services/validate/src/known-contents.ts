import { ACCEPTED, outcomeAt } from '@catalog-sync/shared/baseline/entries.ts';
import { unpackPartition } from '@catalog-sync/shared/baseline/partition.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { LandedFile } from '@catalog-sync/shared/records/ingest.ts';
import type { State } from '@catalog-sync/shared/records/transform.ts';
import { MAPPING_VERSION } from '@catalog-sync/shared/rows/engine/index.ts';
import { worthKnowing } from './domain/partitions.ts';
import { type Fingerprints, openFingerprints } from './fingerprints.ts';

/** These take 107 MB; with ten million the function came to 494 MB of its 512. */
const MOST = 8_000_000;

/**
 * The contents that Meta took and still holds. A row with one of them is unchanged, whichever product it is of: the bytes that
 * are hashed name it. Nobody will ask for its item, so that it need not be written.
 *
 * Whole partitions are left out when there are more than `most` entries, as is all of them when the mapping is another one
 * or the files are small: items of their rows are written, and transform finds these unchanged all the same. All workers
 * at a sync must leave out the same ones, or they write objects of different names.
 */
export const knownContents = async (
  state: State | undefined,
  files: readonly LandedFile[],
  work: Pick<Objects, 'read'>,
  most = MOST,
): Promise<Fingerprints> => {
  const all = state?.mapping === MAPPING_VERSION ? state.partitions : [];
  const entries = all.reduce((sum, partition) => sum + partition.entries, 0);
  if (!worthKnowing(files, entries)) return openFingerprints(0);

  let room = most;
  const taken = all.filter((partition) => {
    const fits = partition.entries <= room;
    if (fits) room -= partition.entries;
    return fits;
  });
  const known = openFingerprints(most - room);
  for (const { key } of taken) {
    if (key === null) continue;
    const body = await work.read(key);
    if (body === undefined) throw new Error(`object ${key} is gone, though the state names it`);
    const { entries: there } = unpackPartition(body, `object ${key}`);
    for (let place = 0; place < there.size; place++) {
      if (outcomeAt(there, place) === ACCEPTED) known.add(there.prints[2 * place]!, there.prints[2 * place + 1]!);
    }
  }
  return known;
};
