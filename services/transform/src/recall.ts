import type { Entry } from '@catalog-sync/shared/baseline/content.ts';
import { type Entries, entryAt, findEntry } from '@catalog-sync/shared/baseline/entries.ts';
import { type HashKey, hashKey, highOf, lowOf, partitionOf } from '@catalog-sync/shared/baseline/id-hash.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import { readContents } from './content-of.ts';
import type { Asked } from './domain/fold.ts';

/** What was refused, or given up as unknown: what got through is not sent again for being asked for. */
const mayGoAgain = ({ outcome }: Entry): boolean => outcome === 'errored' || outcome === 'parked';

/** The ids that a person asks for, by partition. */
export const asksByPartition = (asks: readonly string[], bits: number): Map<number, HashKey[]> => {
  const found = new Map<number, HashKey[]>();
  for (const key of asks.map(hashKey)) {
    const place = partitionOf(highOf(key), bits);
    found.set(place, [...(found.get(place) ?? []), key]);
  }
  return found;
};

/** What was last sent of these products; null when that is gone. What was not refused is left out. */
export const recall = async (
  work: Objects,
  keys: readonly HashKey[],
  entries: Entries,
  mapping: number,
): Promise<ReadonlyMap<HashKey, Asked | null>> => {
  const asked = new Map<HashKey, Asked | null>();
  const bodies = new Map<string, Asked[] | null>();
  for (const key of keys) {
    const place = findEntry(entries, highOf(key), lowOf(key));
    if (place < 0) continue;
    const entry = entryAt(entries, place);
    if (!mayGoAgain(entry)) continue;
    const { batchKey, index } = entry.where;
    let body = bodies.get(batchKey);
    if (body === undefined) {
      body = await readContents(work, batchKey, mapping);
      bodies.set(batchKey, body);
    }
    asked.set(key, body?.[index] ?? null);
  }
  return asked;
};
