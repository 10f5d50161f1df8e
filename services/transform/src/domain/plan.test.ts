import { at, carried, data, entry, known, OPENED, row, settings, whole } from '../testing/build.ts';
import type { FoldInput } from './fold.ts';
import { draftPlan, entryOf } from './plan.ts';

const drafted = (input: Partial<FoldInput>, given: object = {}) => {
  const rows = [...(input.rows ?? [])];
  return draftPlan(
    { known: known({}), wholes: [], openedAt: OPENED, asked: new Map(), ...input, rows },
    { landed: rows.length + 1, valid: rows.length, rejected: 1 },
    settings(given),
  );
};
const many = (count: number, n = 2, price?: string) =>
  Array.from({ length: count }, (_, place) => row(`sku-${place}`, n, price));
const live = (count: number) => Object.fromEntries(many(count).map(({ data: { id } }) => [id, entry(id, 1)]));

describe('a plan', () => {
  test('writes its items in batches, within what a call may hold', () => {
    const { batches } = drafted({ rows: many(5) }, { maxItems: 2 });
    expect(batches.map(({ items }) => items.length)).toEqual([2, 2, 1]);
  });

  test('counts what it would do', () => {
    const before = known({ entries: { same: entry('same', 1), dear: entry('dear', 1), gone: entry('gone', 1) } });
    const { rest } = drafted({
      known: before,
      rows: [row('same', 2), row('dear', 2, '99.00 EUR'), row('new', 2)],
      wholes: [whole(2, 'same', 'dear', 'new')],
    });
    expect(rest.counts).toEqual({ creates: 1, updates: 1, deletes: 1, unchanged: 1, rejected: 1 });
    expect(rest.rows).toEqual({
      landed: 4,
      valid: 3,
      rejected: 1,
      superseded: 0,
      unchanged: 1,
      accepted: 0,
      errored: 0,
      held: 2,
      carried: 0,
    });
    expect(rest.samples.map(({ id, kind }) => `${kind} ${id}`)).toEqual(['update dear', 'create new', 'delete gone']);
  });

  test('sends a delete as its id alone', () => {
    const { batches } = drafted({ known: known({ entries: { a: entry('a', 1) } }), wholes: [whole(2, 'x')] });
    expect(batches[0]?.body).toBe('{"allow_upsert":true,"requests":[{"method":"DELETE","data":{"id":"a"}}]}');
  });

  test('carries what is beyond its bound, to go as soon as there is room', () => {
    const { batches, rest } = drafted({ rows: many(5) }, { maxItems: 2, maxBatches: 2 });
    expect(batches).toHaveLength(2);
    expect(rest.carried).toEqual([['sku-4', carried('sku-4', 2)]]);
    expect(rest.rows).toMatchObject({ held: 4, carried: 1 });
  });

  test('tells all calls that it takes and how long they take, those of what is beyond its bound too', () => {
    const { rest } = drafted({ rows: many(5) }, { maxItems: 2, maxBatches: 1, callsPerHour: 3 });
    expect([rest.calls, rest.minutes]).toEqual([3, 60]);
    expect(drafted({}).rest).toMatchObject({ calls: 0, minutes: 0 });
  });

  test('counts by brand and category, and samples, also what is beyond its bound or under embargo', () => {
    const { rest } = drafted(
      { known: known({ embargoes: { 'sku-4': OPENED + 7 } }), rows: many(5) },
      { maxItems: 2, maxBatches: 1 },
    );
    expect(rest.brands.top).toEqual([{ name: null, creates: 5, updates: 0, deletes: 0 }]);
    expect(rest.categories).toEqual(rest.brands);
    expect(rest.samples).toHaveLength(5);
  });

  test('carries what is under embargo, until that ends', () => {
    const { batches, rest } = drafted({ known: known({ embargoes: { a: OPENED + 7 } }), rows: [row('a', 2)] });
    expect([batches, rest.carried]).toEqual([[], [['a', carried('a', 2, { notBefore: (OPENED + 7) as never })]]]);
  });

  test('says what it found too old', () =>
    expect(drafted({ known: known({ entries: { a: entry('a', 5) } }), rows: [row('a', 2)] }).rest.warnings).toEqual([
      expect.stringMatching(/^1 row\(s\) are older/),
    ]));

  test('is the same whatever order the rows are read in', () =>
    expect(drafted({ rows: many(5) }, { maxItems: 2 })).toEqual(
      drafted({ rows: many(5).toReversed() }, { maxItems: 2 }),
    ));
});

describe('the gate of a plan', () => {
  test('counts also what is beyond the bound, so that no mass delete slips through in slices', () => {
    const { rest } = drafted(
      { known: known({ entries: live(100) }), wholes: [whole(2, 'x')] },
      { maxItems: 2, maxBatches: 2 },
    );
    expect(rest.risks).toMatchObject([{ kind: 'deletes', count: 100 }]);
    expect(rest.carried).toHaveLength(96);
  });

  test('counts also what is under embargo', () => {
    const embargoes = Object.fromEntries(many(100).map(({ data: { id } }) => [id, OPENED + 1]));
    const { rest } = drafted({ known: known({ entries: live(100), embargoes }), wholes: [whole(2, 'x')] });
    expect(rest.risks).toMatchObject([{ kind: 'deletes', count: 100 }]);
  });

  test('does not ask twice: what was carried on from a plan it let through is counted already', () => {
    const first = drafted(
      { known: known({ entries: live(100) }), wholes: [whole(2, 'x')] },
      { maxItems: 2, maxBatches: 2 },
    );
    const next = known({ entries: live(100), carried: Object.fromEntries(first.rest.carried) });
    expect(drafted({ known: next }).rest.risks).toEqual([]);
    const sentAlready = new Set(first.batches.flatMap(({ items }) => items.map(({ id }) => id)));
    const rest = Object.fromEntries(Object.entries(live(100)).filter(([id]) => !sentAlready.has(id)));
    const again = known({ entries: rest, carried: Object.fromEntries(first.rest.carried) });
    expect(drafted({ known: again, wholes: [whole(3, 'x')] }).rest.risks).toEqual([]);
  });
});

describe('what stands behind a request', () => {
  test('is all that settling needs of it', () => {
    const { batches } = drafted({ known: known({ carried: { a: carried('a', 2, { asked: true, syncs: 4 }) } }) });
    expect(entryOf(batches[0]!.items[0]!)).toMatchObject({
      id: 'a',
      op: 'UPDATE',
      order: at(2),
      price: data('a').price,
      availability: 'in stock',
      asked: true,
      wasCarried: true,
      syncs: 4,
    });
  });
});
