import { hashKey } from '@catalog-sync/shared/baseline/id-hash.ts';
import { packPartition } from '@catalog-sync/shared/baseline/partition.ts';
import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { at, carried, data, entry, file, OPENED } from '../testing/build.ts';
import { type FoldInput, partitionInput, row } from '../testing/fold-by-id.ts';
import { type Known, known, knownOf, nothingKnown } from '../testing/known.ts';
import { draftPartition } from './draft-partition.ts';
import { foldPartition } from './fold-partition.ts';

const IDS = ['a', 'b', 'c'];
/** What a sync leaves of a partition before its sending; `beyond` names what has no room. */
const drafted = (before: Known, input: Partial<FoldInput> = {}, ...beyond: string[]) => {
  const given = partitionInput({
    known: before,
    rows: [],
    wholes: [],
    openedAt: OPENED,
    asked: new Map(),
    stretch: 100,
    ...input,
  });
  const folded = foldPartition(given);
  const keys = new Set(beyond.map(hashKey));
  const next = draftPartition(
    given,
    folded,
    folded.toSend.filter(({ key }) => keys.has(key)),
  );
  return { before: given.before, next, after: knownOf([next], IDS, null) };
};
const NEW = '12.00 EUR';

describe('what a sync leaves of a partition', () => {
  test('is the very partition before where nothing moves', () => {
    const { before, next } = drafted(known({ entries: { a: entry('a', 1) } }), { rows: [row('b', 2)] });
    expect(next).toBe(before);
  });

  test('is as it was for what is sent, until its outcome is known', () => {
    const live = known({ entries: { a: entry('a', 1), b: entry('b', 1) } });
    const { after } = drafted(live, { rows: [row('a', 2, NEW), row('b', 2)] });
    expect([...after.entries]).toEqual([
      ['a', entry('a', 1)],
      ['b', entry('b', 2)],
    ]);
  });

  test('the order of what was raised rises, and never falls', () => {
    const live = known({
      entries: { a: entry('a', 1), b: entry('b', 5), c: entry('c', 5) },
      // As of no sync that we know: what waits is newer than what was synced.
      carried: { c: carried('c', 3) },
    });
    const { after } = drafted(live, { rows: [row('a', 3), row('b', 4)] });
    expect([...after.entries].map(([id, { order }]) => [id, order])).toEqual([
      ['a', at(3)],
      ['b', at(5)],
      ['c', at(5)],
    ]);
  });

  test('rises to a file that only a carried row names', () => {
    const waits = known({ entries: { a: entry('a', 1) }, carried: { a: carried('a', 4) } });
    const { after } = drafted(waits, { rows: [row('b', 9)] });
    expect(after.entries.get('a')?.order).toEqual({ ...file(4), row: 1 });
  });

  test('embargoes of earlier syncs are kept while they last', () =>
    expect([...drafted(known({ embargoes: { a: OPENED, b: OPENED + 1 } })).after.embargoes]).toEqual([
      ['b', OPENED + 1],
    ]));

  test.each<[string, Known]>([
    ['embargoes that are over', known({ embargoes: { a: OPENED } })],
    ['a carried delete of what is gone already', known({ carried: { a: carried('a', 1, { op: 'DELETE' }) } })],
  ])('is less by %s, though nothing else moves', (_what, before) =>
    expect(drafted(before).after).toEqual(nothingKnown),
  );

  test('the plan’s carried rows take the place of those before', () => {
    const before = known({ carried: { a: carried('a', 1) } });
    expect([...drafted(before, { rows: [row('b', 2)] }, 'b').after.carried.keys()]).toEqual(['b']);
  });

  test('what has no room waits until there is some, one sync older', () => {
    const before = known({ carried: { a: carried('a', 1, { syncs: 2, asked: true, gated: false }) } });
    const { after } = drafted(before, {}, 'a');
    const { content } = carried('a', 1);
    expect(after.carried.get('a')).toEqual(carried('a', 1, { syncs: 3, asked: true, gated: true, content }));
  });

  const LONG = { syncs: 3, gated: true } as const;
  test('is the very partition before where all that waits has waited long, and goes on', () => {
    const before = known({
      entries: { c: entry('c', 1) },
      carried: { a: carried('a', 1, LONG), b: carried('b', 1, { ...LONG, asked: true }) },
      embargoes: { c: OPENED + 1 },
    });
    const { before: was, next } = drafted(before, {}, 'a', 'b');
    expect(next).toBe(was);
  });

  test.each<[string, Partial<Parameters<typeof known>[0]>, Partial<FoldInput>, string[]]>([
    ['one of them goes', { carried: { a: carried('a', 1, LONG), b: carried('b', 1, LONG) } }, {}, ['a']],
    ['another row takes its place', { carried: { a: carried('a', 1, LONG) } }, { rows: [row('a', 2, NEW)] }, ['a']],
    ['another product waits, too', { carried: { a: carried('a', 1, LONG) } }, { rows: [row('b', 2)] }, ['a', 'b']],
    ['another waits instead', { carried: { a: carried('a', 1, LONG) } }, { rows: [row('b', 2)] }, ['b']],
    ['it has not waited long', { carried: { a: carried('a', 1, { ...LONG, syncs: 2 }) } }, {}, ['a']],
    ['the gate has not counted it', { carried: { a: carried('a', 1, { ...LONG, gated: false }) } }, {}, ['a']],
    ['it waited for a moment', { carried: { a: carried('a', 1, { ...LONG, notBefore: OPENED }) } }, {}, ['a']],
    [
      'somebody asks for it',
      { entries: { a: entry('a', 1) }, carried: { a: carried('a', 2, { ...LONG, data: data('a', NEW) }) } },
      { asked: new Map([['a', null]]) },
      ['a'],
    ],
    ['an embargo ends', { carried: { a: carried('a', 1, LONG) }, embargoes: { b: OPENED } }, {}, ['a']],
    [
      'an order rises',
      { entries: { b: entry('b', 1) }, carried: { a: carried('a', 1, LONG) } },
      { rows: [row('b', 2)] },
      ['a'],
    ],
  ])('is another one when %s', (_what, parts, input, beyond) => {
    const { before, next } = drafted(known(parts), input, ...beyond);
    expect(next).not.toBe(before);
  });

  test('syncs are counted as long as they make a difference', () => {
    const before = known({ carried: { a: carried('a', 1, LONG), b: carried('b', 1, LONG) } });
    expect(drafted(before, {}, 'a').after.carried.get('a')).toEqual(carried('a', 1, LONG));
  });

  test('what is under embargo waits for its end, with its newest row', () => {
    const before = known({ entries: { a: entry('a', 1) }, embargoes: { a: OPENED + 7 } });
    const { after } = drafted(before, { rows: [row('a', 2, NEW)] });
    const { fingerprint } = carried('a', 2, { data: data('a', NEW) }).content;
    expect(after.carried.get('a')).toMatchObject({
      op: 'UPDATE',
      order: at(2),
      notBefore: epochMs(OPENED + 7),
      gated: true,
      syncs: 1,
      content: { fingerprint, price: NEW, item: { key: 'items-0-0.ndjson', start: 0 } },
    });
  });

  test('is the same each time it is reckoned, to the byte, and what was before is untouched', () => {
    const live = known({ entries: { a: entry('a', 1), b: entry('b', 1) }, embargoes: { a: OPENED + 7 } });
    const input = { rows: [row('a', 2, NEW), row('b', 2)] };
    const [one, other] = [drafted(live, input), drafted(live, input)];
    expect(packPartition(one.next)).toEqual(packPartition(other.next));
    expect(packPartition(one.before)).toEqual(packPartition(drafted(live).before));
    expect(knownOf([one.before], IDS, null)).toEqual(live);
    expect(drafted(nothingKnown).after).toEqual(nothingKnown);
  });
});
