import type { Entry } from '@catalog-sync/shared/baseline/content.ts';
import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { readPlan } from './make-plan.ts';
import { at, carried, data, entry, OPENED } from './testing/build.ts';
import { type LandedSync, openChain } from './testing/chain.ts';
import { type Known, known, nothingKnown } from './testing/known.ts';
import { type Grain, small, sync, transformWorld } from './testing/world.ts';
import { workOn } from './work.ts';

const many = (count: number) => Array.from({ length: count }, (_, place) => `sku-${place}`);
const live = (count: number): Record<string, Entry> => Object.fromEntries(many(count).map((id) => [id, entry(id, 1)]));
const rows = (...ids: string[]) => ids.map((id) => data(id));

const grains: [string, Grain][] = [
  ['one partition', small],
  ['eight partitions, nothing kept in memory', { bits: 3, stretch: 3, keptCandidates: 0 }],
  ['four partitions, some kept in memory', { bits: 2, stretch: 100, keptCandidates: 40 }],
];

describe.each(grains)('a catalog of %s', (_grain, grain) => {
  const drafted = async (landed: LandedSync & { known?: Known }, given: object = {}) => {
    const before = landed.known ?? nothingKnown;
    const chain = openChain([...before.entries.keys(), ...before.carried.keys(), ...before.embargoes.keys()], given);
    if (landed.known !== undefined) await chain.seed(before, { bits: Math.min(1, grain.bits) });
    return chain.plan(landed, grain);
  };

  describe('a plan', () => {
    test('writes its items in batches, within what a call may hold', async () => {
      const { batches, plan } = await drafted({ files: [{ n: 2, rows: rows(...many(5)) }] }, { maxItems: 2 });
      expect(batches.map(({ requests }) => requests.length)).toEqual([2, 2, 1]);
      expect(plan.batches.map(({ items }) => items)).toEqual([2, 2, 1]);
      expect(plan.batches.map(({ bytes }) => bytes)).toEqual(batches.map(({ text }) => text.length));
      expect(batches.flatMap(({ requests }) => requests.map((one) => one.data.id)).sort()).toEqual(many(5));
    });

    test('keeps beside each request what stands behind it, in the same order', async () => {
      const { batches } = await drafted({ files: [{ n: 2, rows: rows(...many(30)) }] }, { maxItems: 4 });
      for (const { requests, entries } of batches) {
        expect(entries.map(({ id }) => id)).toEqual(requests.map((one) => one.data.id));
      }
    });

    test('counts what it would do', async () => {
      const before = known({ entries: { same: entry('same', 1), dear: entry('dear', 1), gone: entry('gone', 1) } });
      const items = [data('same'), data('dear', '99.00 EUR'), data('new')];
      const { plan } = await drafted({
        known: before,
        files: [{ n: 2, rows: items, rejected: ['wrong'], whole: true }],
      });
      expect(plan.counts).toEqual({ creates: 1, updates: 1, deletes: 1, unchanged: 1, rejected: 1 });
      expect(plan.rows).toEqual({
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
      expect(plan.samples.map(({ id, kind }) => `${kind} ${id}`)).toEqual(['update dear', 'create new', 'delete gone']);
    });

    test('sends a delete as its id alone', async () => {
      const { batches } = await drafted({
        known: known({ entries: { 'a"b': entry('a"b', 1) } }),
        files: [{ n: 2, rows: [], rejected: ['x'], whole: true }],
      });
      expect(batches.map(({ text }) => text)).toEqual([
        '{"allow_upsert":true,"requests":[{"method":"DELETE","data":{"id":"a\\"b"}}]}',
      ]);
    });

    test('carries what is beyond its bound, to go as soon as there is room', async () => {
      const files = [{ n: 2, rows: rows(...many(5)) }];
      const { batches, plan, draft } = await drafted({ files }, { maxItems: 2, maxBatches: 2 });
      expect(batches).toHaveLength(2);
      const sent = new Set(batches.flatMap(({ entries }) => entries.map(({ id }) => id)));
      const [[id, waits] = ['', carried('', 0)], ...more] = draft.carried;
      expect([more, sent.has(id), [...sent, id].sort()]).toEqual([[], false, many(5)]);
      const place = many(5).indexOf(id) + 1;
      expect(waits).toEqual(carried(id, 2, { order: at(2, place), content: waits.content }));
      expect(plan.rows).toMatchObject({ held: 4, carried: 1 });
      expect(plan.draft.partitions.map(({ due }) => due).filter((due) => due !== null)).toEqual([0]);
    });

    test('tells all calls that it takes and how long they take, those of what is beyond its bound too', async () => {
      const files = [{ n: 2, rows: rows(...many(5)) }];
      const { plan } = await drafted({ files }, { maxItems: 2, maxBatches: 1, callsPerHour: 3 });
      expect([plan.calls, plan.minutes]).toEqual([3, 60]);
      expect((await drafted({})).plan).toMatchObject({ calls: 0, minutes: 0 });
    });

    test('counts by brand and category, and samples, also what is beyond its bound or under embargo', async () => {
      const { plan } = await drafted(
        { known: known({ embargoes: { 'sku-4': OPENED + 7 } }), files: [{ n: 2, rows: rows(...many(5)) }] },
        { maxItems: 2, maxBatches: 1 },
      );
      expect(plan.brands.top).toEqual([{ name: null, creates: 5, updates: 0, deletes: 0 }]);
      expect(plan.categories).toEqual(plan.brands);
      expect(plan.samples.map(({ id }) => id).sort()).toEqual(many(5));
    });

    test('names brands and categories as the rows do', async () => {
      const chair = data('a', '1.00 EUR', { brand: 'Elm', google_product_category: 'Chairs' });
      const { plan } = await drafted({ files: [{ n: 2, rows: [chair] }] });
      expect([plan.brands.top, plan.categories.top]).toMatchObject([
        [{ name: 'Elm', creates: 1 }],
        [{ name: 'Chairs', creates: 1 }],
      ]);
    });

    test('carries what is under embargo, until that ends', async () => {
      const { batches, draft } = await drafted({
        known: known({ embargoes: { a: OPENED + 7 } }),
        files: [{ n: 2, rows: rows('a') }],
      });
      const waits = draft.carried.get('a');
      expect([batches, [...draft.carried.keys()]]).toEqual([[], ['a']]);
      expect(waits).toEqual(carried('a', 2, { notBefore: epochMs(OPENED + 7), content: waits!.content }));
    });

    test('says what it found too old', async () => {
      const { plan } = await drafted({
        known: known({ entries: { a: entry('a', 5) } }),
        files: [{ n: 2, rows: rows('a') }],
      });
      expect(plan.warnings).toEqual([expect.stringMatching(/^1 row\(s\) are older/)]);
    });

    test('says that every product counts as changed when the mapping is another one', async () => {
      const { plan, draft } = await drafted({ known: known({ entries: live(2) }), mapping: 8 });
      expect(plan.warnings).toEqual([expect.stringMatching(/^The mapping from rows to items is another one/)]);
      expect([plan.draft.mapping, draft.entries.size]).toEqual([8, 2]);
    });

    test('is the same whatever order the rows are read in', async () => {
      const idsOf = async (ids: string[]) =>
        (await drafted({ files: [{ n: 2, rows: rows(...ids) }] })).batches[0]!.requests.map(
          (one) => one.data.id,
        ).sort();
      expect(await idsOf(many(5).toReversed())).toEqual(await idsOf(many(5)));
    });

    test('ends what only an older whole feed of its sync names, in whatever order the two are listed', async () => {
      const before = known({ entries: { a: entry('a', 1), b: entry('b', 1), c: entry('c', 1) } });
      const older = { n: 2, rows: rows('a', 'b'), rejected: ['c'], whole: true };
      const newer = { n: 3, rows: rows('a'), whole: true };
      for (const files of [
        [older, newer],
        [newer, older],
      ]) {
        const { batches, plan } = await drafted({ known: before, files });
        const gone = batches.flatMap(({ requests }) => requests.map((one) => `${one.method} ${one.data.id}`));
        expect(gone.sort()).toEqual(['DELETE b', 'DELETE c']);
        expect(plan.rows).toMatchObject({ valid: 3, unchanged: 1, superseded: 2 });
      }
    });

    test('has the floor of the newest whole feed in its draft, and keeps the one before where there is none', async () => {
      const floor = at(5);
      const { draft } = await drafted({ files: [{ n: 3, rows: rows('a'), whole: true }] });
      expect(draft.floor?.instant).toBe(3);
      const before = known({ floor: { instant: floor.instant, key: floor.key, age: floor.age } });
      expect((await drafted({ known: before, files: [{ n: 4, rows: rows('a'), whole: true }] })).draft.floor).toEqual(
        before.floor,
      );
    });
  });

  describe('the gate of a plan', () => {
    const emptying = { n: 2, rows: [], rejected: ['x'], whole: true } as const;

    test('counts also what is beyond the bound, so that no mass delete slips through in slices', async () => {
      const before = known({ entries: live(100) });
      const { plan, draft } = await drafted({ known: before, files: [emptying] }, { maxItems: 2, maxBatches: 2 });
      expect(plan.risks).toMatchObject([{ kind: 'deletes', count: 100, share: 1 }]);
      expect(draft.carried.size).toBe(96);
    });

    test('counts also what is under embargo', async () => {
      const embargoes = Object.fromEntries(many(100).map((id) => [id, OPENED + 1]));
      const { plan } = await drafted({ known: known({ entries: live(100), embargoes }), files: [emptying] });
      expect(plan.risks).toMatchObject([{ kind: 'deletes', count: 100 }]);
    });

    test('counts shares of all partitions together', async () => {
      const dear = many(120).map((id) => data(id, '99.00 EUR'));
      const before = known({ entries: live(200) });
      expect((await drafted({ known: before, files: [{ n: 2, rows: dear }] })).plan.risks).toEqual([
        { kind: 'prices', share: 0.6, count: 120, limit: 100, shareLimit: 0.5 },
      ]);
    });

    test('takes shares of what is live, also of deletes of what Meta refused', async () => {
      const refused = many(100).map((id) => [`refused-${id}`, entry(`refused-${id}`, 1, { outcome: 'errored' })]);
      const before = known({ entries: { ...live(150), ...Object.fromEntries(refused) } });
      const dear = many(120).map((id) => data(id, '99.00 EUR'));
      const names = refused.map(([id]) => String(id));
      const { plan } = await drafted({ known: before, files: [{ n: 2, rows: dear, rejected: names, whole: true }] });
      expect(plan.risks).toMatchObject([
        { kind: 'deletes', count: 30, share: 30 / 150 },
        { kind: 'prices', count: 120, share: 120 / 150 },
      ]);
    });

    test('does not ask twice: what was carried on from a plan it let through is counted already', async () => {
      const bound = { maxItems: 2, maxBatches: 2 };
      const first = await drafted({ known: known({ entries: live(100) }), files: [emptying] }, bound);
      const next = { ...nothingKnown, entries: new Map(Object.entries(live(100))), carried: first.draft.carried };
      expect((await drafted({ known: next })).plan.risks).toEqual([]);
      const sentAlready = new Set(first.batches.flatMap(({ entries }) => entries.map(({ id }) => id)));
      const entries = new Map(Object.entries(live(100)).filter(([id]) => !sentAlready.has(id)));
      const again = { ...emptying, n: 3 };
      expect((await drafted({ known: { ...next, entries }, files: [again] })).plan.risks).toEqual([]);
    });
  });

  test('what stands behind a request is all that settling needs of it', async () => {
    const { batches } = await drafted({ known: known({ carried: { a: carried('a', 2, { asked: true, syncs: 4 }) } }) });
    expect(batches[0]?.entries).toEqual([
      {
        id: 'a',
        op: 'UPDATE',
        order: at(2),
        fingerprint: entry('a', 1).fingerprint,
        price: '10.00 EUR',
        availability: 'in stock',
        asked: true,
        wasCarried: true,
        syncs: 4,
      },
    ]);
  });
});

const planned = async () => {
  const world = transformWorld();
  await world.validated(1, [{ n: 1, rows: { b: '1 EUR', a: '2 EUR' } }]);
  await workOn(sync(1), null, world.needs);
  return world;
};

describe('a stored plan', () => {
  test('is the same bytes under the same name, whoever makes it', async () => {
    const plans = ({ work }: Awaited<ReturnType<typeof planned>>) =>
      Object.entries(work.texts()).filter(([key]) => key.includes('/plan-'));
    const [one, other] = [plans(await planned()), plans(await planned())];
    expect(one).toHaveLength(1);
    expect(other).toEqual(one);
  });

  test('of the version before, which told less, is read as one that has nothing more to tell', async () => {
    const { work, plan } = await planned();
    const key = (await plan(1))!.key!;
    const { brands, categories, calls, minutes, counts, ...told } = JSON.parse(work.texts()[key]!);
    expect([brands.top, categories.top, calls, minutes]).toEqual([expect.any(Array), expect.any(Array), 1, 1]);
    const { rejected, ...countedBefore } = counts;
    const risk = { kind: 'deletes', share: 1, count: 20, limit: 10 };
    await work.put('before.json', JSON.stringify({ ...told, counts: countedBefore, risks: [risk] }));
    const none = { top: [], others: { groups: 0, creates: 0, updates: 0, deletes: 0 } };
    expect(await readPlan(work, 'before.json')).toMatchObject({
      counts: { creates: 2, rejected },
      brands: none,
      categories: none,
      risks: [{ ...risk, shareLimit: 0 }],
      calls: 0,
      minutes: 0,
    });
  });
});
