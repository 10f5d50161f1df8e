import { fixedClock, memoryObjects } from '@catalog-sync/shared/adapters/memory/index.ts';
import type { SyncRecord } from '@catalog-sync/shared/records/ingest.ts';
import { newestWhole, openSources } from './sources.ts';
import { readState } from './states.ts';
import { file, OPENED } from './testing/build.ts';
import { finely, landInto } from './testing/landed.ts';

const feed = (n: number) => ({ order: file(n), files: [n] });

test.each([
  ['none where none landed', [], null, undefined],
  ['the only one', [3], null, 3],
  ['the newest, wherever it stands', [3, 5, 4], null, 5],
  ['none that is older than the floor', [3], 4, undefined],
  ['none that is the floor itself: it was applied', [4], 4, undefined],
  ['the newest above the floor', [3, 5], 4, 5],
])('the whole feed that counts is %s', (_what, feeds, floor, expected) =>
  expect(newestWhole(feeds.map(feed), floor === null ? null : file(floor))?.files).toEqual(
    expected === undefined ? undefined : [expected],
  ),
);

test('rows that are cut coarser than the state are a defect that is told: new products would be sent several times', async () => {
  const work = memoryObjects(fixedClock(OPENED));
  const state = { ...(await readState(work, null, 1)), bits: 2 };
  const rows = (bits: number) => landInto(work, 'rows/', [{ n: 1, rows: { a: '1 EUR' } }], { ...finely, bits });
  const sync = { asks: [], openedAt: OPENED } as unknown as SyncRecord;
  const [coarse, fine] = [await rows(1), await rows(2)];
  expect(() => openSources(work, state, coarse, sync)).toThrow('2^1 partitions cannot be folded into a state of 2^2');
  expect(openSources(work, state, fine, sync).bits).toBe(2);
});
