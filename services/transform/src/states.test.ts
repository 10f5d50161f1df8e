import { fixedClock, memoryObjects } from '@catalog-sync/shared/adapters/memory/index.ts';
import { emptyPartition } from '@catalog-sync/shared/baseline/partition.ts';
import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { nextDue, nothingStored, openPartitions, readState, writePartition, writeState } from './states.ts';
import { carried, entry, OPENED } from './testing/build.ts';
import { known, knownOf, partitionOfKnown } from './testing/known.ts';
import { sync } from './testing/world.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const shop = known({
  entries: {
    a: entry('a', 1),
    b: entry('b', 1, { outcome: 'errored', times: 1 }),
    c: entry('c', 1, { outcome: 'unknown', fingerprint: null, times: 1 }),
    d: entry('d', 1, { outcome: 'parked', times: 3 }),
  },
  carried: { c: carried('c', 1, { notBefore: epochMs(9) }), e: carried('e', 1, { notBefore: epochMs(7) }) },
  embargoes: { f: 5 },
});
const newWork = () => memoryObjects(fixedClock(OPENED));

describe('a partition of a state', () => {
  test('is written with what everybody asks about it', async () => {
    const work = newWork();
    const stored = await writePartition(work, sync(2), 3, partitionOfKnown(shop));
    expect(stored).toEqual({
      key: expect.stringMatching(/^states\/default\/000002\/0003-[0-9a-f]{16}\.bin$/),
      entries: 4,
      live: 2,
      refused: 1,
      unknown: 2,
      carried: 2,
      due: 7,
      objects: [...shop.carried.values()].map(({ content }) => content.item!.key).sort(),
    });
    expect(await writePartition(work, sync(2), 3, partitionOfKnown(shop))).toEqual(stored);
  });

  test('of nothing is no object', async () => {
    const work = newWork();
    expect(await writePartition(work, sync(2), 0, emptyPartition)).toBe(nothingStored);
    expect(work.texts()).toEqual({});
  });

  test('that is gone is a defect that is told, never an empty one', async () => {
    const work = newWork();
    const stored = await writePartition(work, sync(2), 0, partitionOfKnown(shop));
    const state = { ...(await readState(work, null, 1)), partitions: [stored] };
    await expect(openPartitions(newWork(), state, 0)(0)).rejects.toThrow(`object ${stored.key} is gone`);
  });
});

describe('a state', () => {
  test('read again is what was written, as it was cut or finer', async () => {
    const work = newWork();
    const partitions = [0, 1].map((place) => partitionOfKnown(shop, place, 1));
    const stored = [];
    for (const [place, partition] of partitions.entries()) {
      stored.push(await writePartition(work, sync(2), place, partition));
    }
    const none = await readState(work, null, 1);
    const key = await writeState(work, sync(2), { ...none, sync: sync(2).sync, bits: 1, partitions: stored });
    const state = await readState(work, key, 99);
    expect([state.mapping, state.bits]).toEqual([1, 1]);
    for (const bits of [1, 2, 3]) {
      const at = openPartitions(work, state, bits);
      const all = [];
      for (let place = 0; place < 2 ** bits; place++) all.push(await at(place));
      expect(knownOf(all, IDS, null)).toEqual(shop);
    }
  });

  test('of which a part is read several times running is read once', async () => {
    const work = newWork();
    const stored = await writePartition(work, sync(2), 0, partitionOfKnown(shop));
    const reads: string[] = [];
    const read = (key: string) => {
      reads.push(key);
      return work.read(key);
    };
    const counting = { ...work, read };
    const at = openPartitions(counting, { ...(await readState(work, null, 1)), partitions: [stored] }, 3);
    for (let place = 0; place < 8; place++) await at(place);
    expect(reads).toEqual([stored.key]);
  });

  test('that was never written is one of nothing, under the mapping that is asked for', async () =>
    expect(await readState(newWork(), null, 7)).toMatchObject({
      sync: 0,
      bits: 0,
      partitions: [nothingStored],
      mapping: 7,
    }));

  test.each([
    ['none waits', [null, null], null],
    ['one waits', [null, 9], 9],
    ['the earliest', [12, 9, null, 10], 9],
    ['one that may go at once', [12, 0], 0],
  ])('is due when the earliest of its carried rows is: %s', async (_what, dues, expected) => {
    const partitions = dues.map((due) => ({ ...nothingStored, due: due === null ? null : epochMs(due) }));
    expect(nextDue({ ...(await readState(newWork(), null, 1)), partitions })).toBe(expected);
  });
});
