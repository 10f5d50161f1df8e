/** Any shop over any syncs: no row is lost or counted twice, nothing older goes over what is newer, no embargo is broken. */
import { DAY, epochMs, HOUR, later } from '@catalog-sync/shared/catalog/instant.ts';
import { compareRows, type RowOrder } from '@catalog-sync/shared/catalog/order.ts';
import type { LeafOutcome } from '@catalog-sync/shared/records/publish.ts';
import type { Plan } from '@catalog-sync/shared/records/transform.ts';
import fc from 'fast-check';
import { data, itemError, OPENED } from './testing/build.ts';
import { openChain } from './testing/chain.ts';
import type { Landed } from './testing/landed.ts';
import type { Grain } from './testing/world.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const anyId = fc.constantFrom(...IDS);
const anyFile = fc.integer({ min: 1, max: 9 });
/** How finely the catalog is cut: it may grow from sync to sync. */
const anyGrain: fc.Arbitrary<Grain> = fc.record({
  bits: fc.integer({ min: 0, max: 3 }),
  stretch: fc.integer({ min: 1, max: 4 }),
  keptCandidates: fc.constantFrom(0, 4, 100),
});

const anyLanded = fc.record({
  n: anyFile,
  rows: fc.array(
    fc.tuple(anyId, fc.constantFrom('10.00 EUR', '11.00 EUR', '12.00 EUR')).map(([id, price]) => data(id, price)),
    { maxLength: 6 },
  ),
  rejected: fc.subarray(IDS, { maxLength: 2 }),
  whole: fc.constantFrom(false, false, true),
});

/** One sync: what landed, what a person asked for, how long it was since the last, and what Meta made of each batch. */
const anySync = fc.record({
  files: fc.uniqueArray(anyLanded, { selector: ({ n }) => n, maxLength: 3 }),
  asks: fc.subarray(IDS),
  after: fc.constantFrom(HOUR / 4, HOUR, 2 * HOUR, DAY),
  discarded: fc.boolean(),
  grain: anyGrain,
  outcomes: fc.array(fc.tuple(fc.constantFrom('told', 'told', 'unknown'), fc.boolean(), fc.subarray(IDS)), {
    minLength: 4,
    maxLength: 4,
  }),
});

type AnySync = typeof anySync extends fc.Arbitrary<infer A> ? A : never;

const rowsOf = ({ superseded, unchanged, accepted, errored, held, carried }: Plan['rows']) =>
  superseded + unchanged + accepted + errored + held + carried;

const runThrough = async (syncs: readonly AnySync[], maxBatches: number): Promise<void> => {
  const chain = openChain(IDS, { maxItems: 2, maxBatches });
  let openedAt = OPENED;
  const lastSent = new Map<string, RowOrder>();
  for (const { files, asks, after, discarded, grain, outcomes } of syncs) {
    openedAt = later(openedAt, after);
    const known = await chain.known();
    const landed = { files, asks, openedAt };
    const valid = files.reduce((sum, { rows }) => sum + rows.length, 0);
    const rejected = files.reduce((sum, one) => sum + one.rejected.length, 0);
    const { plan, batches, draft } = await chain.plan(landed, grain);
    const sent = batches.flatMap(({ entries }) => entries);

    expect(rowsOf(plan.rows)).toBe(valid);
    expect(plan.rows).toMatchObject({ landed: valid + rejected, valid, rejected });
    expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length);
    for (const { id, order } of sent) {
      expect(known.embargoes.get(id) ?? 0).toBeLessThanOrEqual(openedAt);
      const before = lastSent.get(id);
      if (before) expect(compareRows(order, before)).toBeGreaterThanOrEqual(0);
      expect(draft.carried.has(id)).toBe(false);
    }
    expect([...known.entries.keys()]).toEqual([...draft.entries.keys()]);
    if (discarded) continue;

    const leaves = plan.batches.map(({ bytes: _, ...batch }, place): LeafOutcome => {
      const [kind, ambiguous, errored] = outcomes[place]!;
      const ids = batches[place]!.entries.map(({ id }) => id);
      return {
        ...batch,
        handle: 'h',
        amb: epochMs(ambiguous || kind === 'unknown' ? openedAt + 1 : 0),
        errored: errored.filter((id) => ids.includes(id)).map(itemError),
        status: kind === 'unknown' ? 'unknown' : 'partly',
      };
    });
    const { report, known: next, pointer } = await chain.settle(landed, plan, leaves);

    expect({ ...report.rows, sum: rowsOf(report.rows) }).toMatchObject({ held: 0, sum: valid });
    const { taken, ...became } = report.carriedRows;
    expect(Object.values(became).reduce((sum, n) => sum + n)).toBe(taken);
    expect(taken).toBe([...known.carried.values()].filter(({ op }) => op === 'UPDATE').length);
    const dues = [...next.carried.values()].map(({ notBefore }) => notBefore);
    expect(pointer.due).toBe(dues.length === 0 ? null : Math.min(...dues));

    for (const { id, order } of sent) lastSent.set(id, order);
    for (const [place, { entries }] of batches.entries()) {
      const leaf = leaves[place]!;
      for (const { id, op, fingerprint } of entries) {
        const entry = next.entries.get(id);
        const isErrored = leaf.errored.some((one) => one.id === id);
        const accepted = !isErrored && leaf.status !== 'unknown';
        if (accepted) expect(entry?.outcome).toBe(op === 'DELETE' ? undefined : 'accepted');
        else expect(isErrored ? ['errored'] : ['unknown', 'parked']).toContain(entry?.outcome);
        if (entry?.outcome !== 'unknown' && entry) expect(entry.fingerprint).toBe(fingerprint);
        expect(next.carried.has(id)).toBe(entry?.outcome === 'unknown');
        if (leaf.amb > 0) expect(next.embargoes.get(id)).toBeGreaterThan(leaf.amb + HOUR);
      }
    }
    for (const id of draft.carried.keys()) expect(next.carried.get(id)).toEqual(draft.carried.get(id));
    for (const [id, until] of known.embargoes) if (until > openedAt) expect(next.embargoes.get(id)).toBe(until);
    for (const [id, { order }] of next.carried) {
      const entry = next.entries.get(id);
      if (entry) expect(compareRows(order, entry.order)).toBeGreaterThanOrEqual(0);
    }
    for (const [id, { order }] of next.entries) {
      const before = known.entries.get(id);
      if (before) expect(compareRows(order, before.order)).toBeGreaterThanOrEqual(0);
    }
  }
};

test('valid = superseded + unchanged + accepted + errored + held + carried, for any syncs one after another', async () => {
  const syncs = fc.array(anySync, { minLength: 1, maxLength: 6 });
  await fc.assert(fc.asyncProperty(syncs, fc.integer({ min: 1, max: 4 }), runThrough), { numRuns: 300 });
});

/** A third would park a product until a person or another row comes. */
const MOST_UNKNOWN = 2;

test('with time enough and all that Meta takes, Meta holds what the newest word about each product says', async () => {
  const files = fc.uniqueArray(
    fc.tuple(
      anyFile,
      fc.boolean(),
      fc.array(fc.tuple(anyId, fc.constantFrom('1 EUR', '2 EUR')), { minLength: 1, maxLength: 4 }),
      anyGrain,
    ),
    { selector: ([n]) => n, minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(
      files,
      fc.subarray([0, 1, 2, 3, 4, 5], { maxLength: MOST_UNKNOWN }),
      async (landings, unknowns) => {
        const meta = new Map<string, string>();
        const chain = openChain(IDS, { maxItems: 1, maxBatches: 2 });
        let openedAt = OPENED;
        const sync = async (files: readonly Landed[], unknown: boolean, grain: Grain): Promise<void> => {
          openedAt = later(openedAt, 2 * HOUR);
          const landed = { files, openedAt };
          const { plan, batches } = await chain.plan(landed, grain);
          const leaves = plan.batches.map(({ bytes: _, ...batch }, place): LeafOutcome => {
            // Of what nobody knows, Meta took every other item in.
            if (!unknown || place === 0) {
              for (const { method, data: its } of batches[place]!.requests) {
                if (method === 'DELETE') meta.delete(its.id);
                else meta.set(its.id, String(its.price));
              }
            }
            const leaf = { ...batch, handle: 'h', errored: [] };
            return unknown
              ? { ...leaf, status: 'unknown', amb: openedAt }
              : { ...leaf, status: 'accepted', amb: epochMs(0) };
          });
          await chain.settle(landed, plan, leaves);
        };
        for (const [place, [n, whole, rows, grain]] of landings.entries()) {
          const items = rows.map(([id, price]) => data(id, price));
          await sync([{ n, whole, rows: items }], unknowns.includes(place), grain);
        }
        const [, , , grain] = landings[0]!;
        for (let more = 0; (await chain.known()).carried.size > 0 && more < 20; more += 1) await sync([], false, grain);
        expect((await chain.known()).carried.size).toBe(0);

        const floor = Math.max(0, ...landings.filter(([, isWhole]) => isWhole).map(([n]) => n));
        const model = new Map<string, string>();
        for (const [n, , rows] of landings.toSorted(([a], [b]) => a - b)) {
          if (n >= floor) for (const [id, price] of rows) model.set(id, price);
        }
        expect(Object.fromEntries(meta)).toEqual(Object.fromEntries(model));
      },
    ),
    { numRuns: 200 },
  );
});
