/** However finely a catalog is cut, and however it grows: the same is sent, counted and kept. */
import { Buffer } from 'node:buffer';
import type { Carried, Entry } from '@catalog-sync/shared/baseline/content.ts';
import { epochMs, HOUR, later } from '@catalog-sync/shared/catalog/instant.ts';
import type { LeafOutcome } from '@catalog-sync/shared/records/publish.ts';
import fc from 'fast-check';
import { anyData, anyKnown, bodyKeyOf, IDS, moments } from './testing/any.ts';
import { carried, data, entry, itemError, OPENED } from './testing/build.ts';
import { type LandedSync, openChain, type Planned } from './testing/chain.ts';
import { known } from './testing/known.ts';
import { type Grain, small } from './testing/world.ts';

type Chain = ReturnType<typeof openChain>;

/** A carried row with the text of its item, which lies elsewhere when rows are cut otherwise. */
const waits = (chain: Chain, carried: ReadonlyMap<string, Carried>) => {
  const texts = chain.work.texts();
  return [...carried].map(([id, { content, ...row }]) => {
    const { item, ...rest } = content;
    const object = item === null ? '' : Buffer.from(texts[item.key]!);
    return {
      id,
      row,
      rest,
      text: item === null ? null : object.slice(item.start, item.start + item.length).toString(),
    };
  });
};
/** In which batch a product went, and where in it, is what may differ. */
const withoutPlaces = (entries: ReadonlyMap<string, Entry>) =>
  [...entries].map(([id, { where: _, ...entry }]) => ({ id, entry }));
const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);

/** All of a plan but where things lie and what goes in which call. */
const told = (chain: Chain, { plan, batches, draft }: Planned) => {
  const { rows, carriedRows, counts, brands, categories, risks, calls, minutes, warnings, samples } = plan;
  return {
    ...{ rows, carriedRows, counts, brands, categories, risks, calls, minutes, warnings },
    samples: samples.toSorted(byId),
    requests: batches.flatMap(({ requests }) => requests.map((one) => ({ id: one.data.id, one }))).sort(byId),
    entries: batches.flatMap(({ entries }) => entries).sort(byId),
    kept: [withoutPlaces(draft.entries), draft.embargoes, draft.floor],
    waits: waits(chain, draft.carried),
    sizes: ['entries', 'live', 'carried'].map((what) =>
      plan.draft.partitions.reduce((sum, one) => sum + one[what as 'entries' | 'live' | 'carried'], 0),
    ),
  };
};

const anyLanded = fc.record({
  n: fc.integer({ min: 1, max: 9 }),
  rows: fc.array(fc.constantFrom(...IDS).chain(anyData), { maxLength: 8 }),
  rejected: fc.subarray(IDS, { maxLength: 2 }),
  whole: fc.constantFrom(false, false, true),
});
const anySync = fc.record({
  files: fc.uniqueArray(anyLanded, { selector: ({ n }) => n, maxLength: 3 }),
  asks: fc.subarray([...IDS, 'nobody'], { maxLength: 3 }),
  errored: fc.subarray(IDS),
  isUnknown: fc.boolean(),
  ambiguous: fc.boolean(),
  /** How finely it is cut from now on, and how. */
  grain: fc.record({
    bits: fc.integer({ min: 0, max: 3 }),
    stretch: fc.integer({ min: 1, max: 5 }),
    keptCandidates: fc.constantFrom(0, 6, 100),
  }),
});

const chainFrom = async (
  { known: before, waiting }: Parameters<Parameters<typeof anyKnown.map>[0]>[0],
  bits: number,
) => {
  const chain = openChain(IDS, { maxItems: 3 });
  const body = { requests: IDS.map((id) => ({ method: 'UPDATE', data: data(id, '10.00 EUR') })) };
  for (const sentAt of moments) await chain.work.putOnce(bodyKeyOf(sentAt), JSON.stringify(body));
  await chain.seed(before, { bits, waiting });
  return chain;
};

test('of any catalog, cut any way, over any syncs', async () => {
  const syncs = fc.array(anySync, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(anyKnown, fc.integer({ min: 0, max: 2 }), syncs, async (given, bits, all) => {
      const one = await chainFrom(given, 0);
      const fine = await chainFrom(given, bits);
      let openedAt = OPENED;
      for (const { files, asks, errored, isUnknown, ambiguous, grain } of all) {
        const landed: LandedSync = { files, asks, openedAt };
        const planned = [await one.plan(landed, small), await fine.plan(landed, grain)] as const;
        expect(told(fine, planned[1])).toEqual(told(one, planned[0]));

        const leaves = ({ plan, batches }: Planned): LeafOutcome[] =>
          plan.batches.map(({ bytes: _, ...batch }, place) => ({
            ...batch,
            handle: 'h',
            status: isUnknown ? 'unknown' : 'partly',
            amb: epochMs(ambiguous ? openedAt + 1 : 0),
            errored: errored.filter((id) => batches[place]!.entries.some((entry) => entry.id === id)).map(itemError),
          }));
        const settled = [
          await one.settle(landed, planned[0].plan, leaves(planned[0])),
          await fine.settle(landed, planned[1].plan, leaves(planned[1])),
        ] as const;
        const kept = ({ known: { entries, embargoes, floor } }: (typeof settled)[number]) => [
          withoutPlaces(entries),
          embargoes,
          floor,
        ];
        expect(kept(settled[1])).toEqual(kept(settled[0]));
        expect(waits(fine, settled[1].known.carried)).toEqual(waits(one, settled[0].known.carried));
        expect(settled[1].pointer.due).toBe(settled[0].pointer.due);
        expect(settled[1].report.rows).toEqual(settled[0].report.rows);
        expect(settled[1].report.carriedRows).toEqual(settled[0].report.carriedRows);
        openedAt = later(openedAt, 2 * HOUR);
      }
    }),
    { numRuns: 60 },
  );
});

describe('a catalog that grew since its last sync', () => {
  const shop = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`sku-${n}`, '10.00 EUR']));
  const grown: Grain = { bits: 3, stretch: 7, keptCandidates: 0 };
  const seeded = async () => {
    const chain = openChain(Object.keys(shop), { maxItems: 10, maxBatches: 2 });
    const first = { files: [{ n: 1, rows: shop }], openedAt: OPENED };
    const { plan } = await chain.plan(first);
    const leaf = { handle: 'h', errored: [], amb: epochMs(0) };
    const leaves = plan.batches.map(
      ({ bytes: _, ...batch }, place): LeafOutcome =>
        place === 0
          ? { ...batch, ...leaf, status: 'accepted' }
          : { ...batch, ...leaf, status: 'unknown', amb: epochMs(OPENED + 1) },
    );
    return { chain, settled: await chain.settle(first, plan, leaves) };
  };

  test('keeps what was carried and what is under embargo', async () => {
    const { chain, settled } = await seeded();
    expect([settled.known.entries.size, settled.known.carried.size, settled.known.embargoes.size]).toEqual([
      20, 30, 10,
    ]);
    const { draft, plan, batches } = await chain.plan({ openedAt: later(OPENED, HOUR / 2) }, grown);
    expect([draft.bits, draft.embargoes]).toEqual([3, settled.known.embargoes]);
    expect(draft.entries).toEqual(settled.known.entries);
    const sent = batches.flatMap(({ requests }) => requests.map((one) => one.data.id));
    expect(new Set([...sent, ...draft.carried.keys()])).toEqual(new Set(settled.known.carried.keys()));
    expect([sent.length, draft.carried.size]).toEqual([20, 10]);
    expect(plan.carriedRows).toMatchObject({ taken: 30, carried: 10 });
  });

  test('is not cut more coarsely again by a sync without files', async () => {
    const { chain } = await seeded();
    const second = { openedAt: later(OPENED, HOUR / 2) };
    const { plan } = await chain.plan(second, grown);
    const leaf = { handle: 'h', errored: [], amb: epochMs(0), status: 'accepted' as const };
    await chain.settle(
      second,
      plan,
      plan.batches.map(({ bytes: _, ...batch }) => ({ ...batch, ...leaf })),
    );
    const third = await chain.plan({ openedAt: later(OPENED, 2 * HOUR) }, small);
    expect(third.draft.bits).toBe(3);
    expect(third.batches.flatMap(({ requests }) => requests)).toHaveLength(10);
  });
});

test('partitions in which nothing moves are not written again', async () => {
  const ids = Array.from({ length: 40 }, (_, n) => `sku-${n}`);
  const chain = openChain(ids);
  const first = { files: [{ n: 1, rows: ids.map((id) => data(id)) }] };
  const fine: Grain = { bits: 3, stretch: 100, keptCandidates: 100 };
  const { plan } = await chain.plan(first, fine);
  const leaf = { handle: 'h', errored: [], amb: epochMs(0), status: 'accepted' as const };
  await chain.settle(
    first,
    plan,
    plan.batches.map(({ bytes: _, ...batch }) => ({ ...batch, ...leaf })),
  );
  const { plan: second } = await chain.plan({ files: [{ n: 2, rows: [data('sku-7', '11.00 EUR')] }] }, fine);
  const { plan: third } = await chain.plan({ files: [{ n: 3, rows: [data('sku-7')] }] }, fine);
  const keys = (of: typeof plan) => of.draft.partitions.map(({ key }) => key);
  // What is sent moves when its outcome is known; what is unchanged moves its order.
  expect(keys(third).filter((key, n) => key !== keys(second)[n])).toHaveLength(1);
});

test('partitions in which all wait are neither read twice nor written, until it is their turn', async () => {
  const ids = Array.from({ length: 64 }, (_, n) => `sku-${n}`);
  const chain = openChain(ids, { maxItems: 4, maxBatches: 1 });
  const fine: Grain = { bits: 3, stretch: 100, keptCandidates: 0 };
  const leaf = { handle: 'h', errored: [], amb: epochMs(0), status: 'accepted' as const };
  let files: LandedSync['files'] = [{ n: 1, rows: ids.map((id) => data(id)) }];
  let keys: (string | null)[] = [];
  const sent: string[] = [];
  const written: number[] = [];
  for (let n = 0; n < 64 / 4; n += 1) {
    const landed: LandedSync = { files };
    const { plan, batches } = await chain.plan(landed, fine);
    const drafted = plan.draft.partitions.map(({ key }) => key);
    written.push(drafted.filter((key, place) => key !== null && key !== keys[place]).length);
    sent.push(...batches.flatMap(({ requests }) => requests.map((one) => one.data.id)));
    expect(plan.carriedRows.carried + plan.rows.carried).toBe(64 - sent.length);
    await chain.settle(
      landed,
      plan,
      plan.batches.map(({ bytes: _, ...batch }) => ({ ...batch, ...leaf })),
    );
    keys = [...(await chain.partitionKeys())];
    files = [];
  }
  expect(sent.toSorted()).toEqual(ids.toSorted());
  // A row's first three syncs are counted; then a sync writes the partitions alone from which it sends.
  expect(Math.min(...written.slice(0, 3))).toBeGreaterThan(4);
  expect(Math.max(...written.slice(3))).toBeLessThan(4);
});

test('what a first load has no room for is read once', async () => {
  const ids = Array.from({ length: 64 }, (_, n) => `sku-${n}`);
  const chain = openChain(ids, { maxItems: 4, maxBatches: 1 });
  const readRange = jest.spyOn(chain.work, 'readRange');
  const fine: Grain = { bits: 3, stretch: 100, keptCandidates: 0 };
  const { plan } = await chain.plan({ files: [{ n: 1, rows: ids.map((id) => data(id)) }] }, fine);
  const rows = readRange.mock.calls.filter(([key]) => key.endsWith('.rows.bin'));
  // Eight partitions, of which the first alone has what goes.
  expect([plan.rows.carried, rows.length]).toEqual([60, 9]);
});

test('rows are counted among those that wait, deletes are not', async () => {
  const ids = Array.from({ length: 12 }, (_, n) => `sku-${n}`);
  const chain = openChain(ids, { maxItems: 1, maxBatches: 1 });
  const deletes = ids.slice(0, 6);
  const long = { syncs: 3 };
  const before = known({
    entries: Object.fromEntries(deletes.map((id) => [id, entry(id, 1)])),
    carried: Object.fromEntries(
      ids.map((id) => [id, carried(id, 2, deletes.includes(id) ? { ...long, op: 'DELETE' } : long)]),
    ),
  });
  await chain.seed(before, { bits: 2 });
  const { plan, batches } = await chain.plan({}, { bits: 2, stretch: 100, keptCandidates: 0 });
  const [sent] = batches.flatMap(({ requests }) => requests);
  expect(plan.carriedRows).toMatchObject({ taken: 6, carried: sent?.method === 'DELETE' ? 6 : 5 });
  expect(plan.draft.partitions.reduce((sum, one) => sum + one.carried, 0)).toBe(11);
});
