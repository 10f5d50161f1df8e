/** Any shop over any syncs: no row is lost or counted twice, nothing older goes over what is newer, no embargo is broken. */
import { DAY, epochMs, HOUR, later } from '@catalog-sync/shared/catalog/instant.ts';
import type { ItemData, Operation } from '@catalog-sync/shared/catalog/item.ts';
import { compareRows, type RowOrder } from '@catalog-sync/shared/catalog/order.ts';
import type { Plan } from '@catalog-sync/shared/records/transform.ts';
import fc from 'fast-check';
import { data, G, OPENED, row, settings, settledBatch, whole } from '../testing/build.ts';
import { type Known, nothingKnown } from './known.ts';
import { draftPlan, entryOf } from './plan.ts';
import { reportOf } from './report.ts';
import { settle } from './settle.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];
const anyId = fc.constantFrom(...IDS);
const anyFile = fc.integer({ min: 1, max: 9 });

/** One sync: what landed, what a person asked for, how long it was since the last, and what Meta made of each batch. */
const anySync = fc.record({
  rows: fc.array(fc.tuple(anyId, anyFile, fc.constantFrom('10.00 EUR', '11.00 EUR', '12.00 EUR')), { maxLength: 10 }),
  wholes: fc.array(fc.tuple(anyFile, fc.subarray(IDS)), { maxLength: 2 }),
  asks: fc.subarray(IDS),
  after: fc.constantFrom(HOUR / 4, HOUR, 2 * HOUR, DAY),
  maxBatches: fc.integer({ min: 1, max: 4 }),
  discarded: fc.boolean(),
  outcomes: fc.array(fc.tuple(fc.constantFrom('told', 'told', 'unknown'), fc.boolean(), fc.subarray(IDS)), {
    minLength: 4,
    maxLength: 4,
  }),
});

type Landed = typeof anySync extends fc.Arbitrary<infer A> ? A : never;

const rowsOf = ({ superseded, unchanged, accepted, errored, held, carried }: Plan['rows']) =>
  superseded + unchanged + accepted + errored + held + carried;

const runThrough = (syncs: Landed[]): void => {
  let known: Known = nothingKnown;
  let openedAt = OPENED;
  const lastSent = new Map<string, { op: Operation; data: ItemData; order: RowOrder }>();
  for (const { rows, wholes, asks, after, maxBatches, discarded, outcomes } of syncs) {
    openedAt = later(openedAt, after);
    const landed = rows.map(([id, n, price], line) => row(id, n, price, line + 1));
    const asked = new Map(
      asks
        .filter((id) => ['errored', 'parked'].includes(known.entries.get(id)?.outcome ?? ''))
        .map((id) => [id, lastSent.get(id)!] as const),
    );
    const counts = { landed: rows.length, valid: rows.length, rejected: 0 };
    const { batches, rest } = draftPlan(
      { known, rows: landed, wholes: wholes.map(([n, ids]) => whole(n, ...ids)), openedAt, asked },
      counts,
      settings({ maxItems: 2, maxBatches }),
    );
    const plan = { ...rest, openedAt } as Plan;
    const sent = batches.flatMap(({ items }) => items);

    expect(rowsOf(plan.rows)).toBe(rows.length);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(sent.length);
    for (const { id, order } of sent) {
      expect(known.embargoes.get(id) ?? 0).toBeLessThanOrEqual(openedAt);
      const before = lastSent.get(id);
      if (before) expect(compareRows(order, before.order)).toBeGreaterThanOrEqual(0);
    }
    if (discarded) continue;

    const leaves = batches.map(({ items }, place) => {
      const [kind, ambiguous, errored] = outcomes[place]!;
      const amb = epochMs(ambiguous || kind === 'unknown' ? openedAt + 1 : 0);
      const leaf = settledBatch(items.map(entryOf), {
        amb,
        errored,
        status: kind === 'unknown' ? 'unknown' : 'partly',
      });
      return { ...leaf, data: (at: number) => items[at]!.data };
    });
    const settled = settle(known, plan, leaves, G);
    const validation = { files: [], parts: [], wholeFeeds: [], notes: [] };
    const head = { id: '', catalog: 'default', sync: 1 as never, openedAt };
    const report = reportOf(head, validation, plan, { leaves: leaves.map(({ leaf }) => leaf) }, settled.items);

    expect({ ...report.rows, sum: rowsOf(report.rows) }).toMatchObject({ held: 0, sum: rows.length });
    const { taken, ...became } = report.carriedRows;
    expect(Object.values(became).reduce((sum, n) => sum + n)).toBe(taken);
    expect(taken).toBe([...known.carried.values()].filter(({ op }) => op === 'UPDATE').length);

    for (const { id, op, order, data: content } of sent)
      lastSent.set(id, { op, order, data: op === 'DELETE' ? data(id) : content });
    for (const {
      entry: { id, op },
      outcome,
    } of settled.items) {
      const entry = settled.known.entries.get(id);
      if (outcome === 'accepted') expect(entry?.outcome).toBe(op === 'DELETE' ? undefined : 'accepted');
      else expect(entry?.outcome).toBe(outcome);
      expect(settled.known.carried.has(id)).toBe(outcome === 'unknown');
    }
    for (const [id] of plan.carried) expect(settled.known.carried.has(id)).toBe(true);
    for (const [id, { order }] of settled.known.carried) {
      const entry = settled.known.entries.get(id);
      if (entry) expect(compareRows(order, entry.order)).toBeGreaterThanOrEqual(0);
    }
    known = settled.known;
  }
};

test('valid = superseded + unchanged + accepted + errored + held + carried, for any syncs one after another', () => {
  fc.assert(fc.property(fc.array(anySync, { minLength: 1, maxLength: 6 }), runThrough), { numRuns: 600 });
});

/** A third would park a product until a person or another row comes. */
const MOST_UNKNOWN = 2;

test('with time enough and all that Meta takes, Meta holds what the newest word about each product says', () => {
  const files = fc.uniqueArray(
    fc.tuple(
      anyFile,
      fc.boolean(),
      fc.array(fc.tuple(anyId, fc.constantFrom('1 EUR', '2 EUR')), { minLength: 1, maxLength: 4 }),
    ),
    { selector: ([n]) => n, minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(files, fc.subarray([0, 1, 2, 3, 4, 5], { maxLength: MOST_UNKNOWN }), (landings, unknowns) => {
      const meta = new Map<string, string>();
      let known: Known = nothingKnown;
      let openedAt = OPENED;
      const sync = (landing: (typeof landings)[number] | undefined, unknown: boolean): void => {
        openedAt = later(openedAt, 2 * HOUR);
        const [n = 0, isWhole = false, rows = []] = landing ?? [];
        const { batches, rest } = draftPlan(
          {
            known,
            rows: rows.map(([id, price], line) => row(id, n, price, line + 1)),
            wholes: isWhole ? [whole(n, ...rows.map(([id]) => id))] : [],
            openedAt,
            asked: new Map(),
          },
          { landed: 0, valid: 0, rejected: 0 },
          settings({ maxItems: 1, maxBatches: 2 }),
        );
        const leaves = batches.map(({ items }, place) => {
          // Of what nobody knows, Meta took every other item in.
          if (!unknown || place === 0)
            for (const {
              id,
              op,
              data: { price },
            } of items) {
              if (op === 'DELETE') meta.delete(id);
              else meta.set(id, String(price));
            }
          const leaf = settledBatch(items.map(entryOf), unknown ? { status: 'unknown', amb: openedAt } : {});
          return { ...leaf, data: (at: number) => items[at]!.data };
        });
        known = settle(known, { ...rest, openedAt }, leaves, G).known;
      };
      for (const [place, landing] of landings.entries()) sync(landing, unknowns.includes(place));
      for (let more = 0; known.carried.size > 0 && more < 20; more += 1) sync(undefined, false);
      expect(known.carried.size).toBe(0);

      const floor = Math.max(0, ...landings.filter(([, isWhole]) => isWhole).map(([n]) => n));
      const model = new Map<string, string>();
      for (const [n, , rows] of landings.toSorted(([a], [b]) => a - b)) {
        if (n >= floor) for (const [id, price] of rows) model.set(id, price);
      }
      expect(Object.fromEntries(meta)).toEqual(Object.fromEntries(model));
    }),
    { numRuns: 600 },
  );
});
