import { epochMs, HOUR, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import type { Plan } from '@catalog-sync/shared/records/transform.ts';
import { at, batchEntry, carried, data, entry, file, G, known, OPENED, settledBatch } from '../testing/build.ts';
import { dueOf, knownOf, nothingKnown, stateOf } from './known.ts';
import { type SettledBatch, settle } from './settle.ts';

const plan = (more: Partial<Plan> = {}) => ({ openedAt: OPENED, raised: [], carried: [], floor: null, ...more });
const settled = (before = nothingKnown, batches: SettledBatch[] = [], more: Partial<Plan> = {}) =>
  settle(before, plan(more), batches, G);
const AMB = epochMs(OPENED + 10 * MINUTE);
/** Clocks may be off by five minutes, either way. */
const OVER = AMB + G + 10 * MINUTE;
const unknown = (...ids: string[]) =>
  settledBatch(
    ids.map((id) => batchEntry(id)),
    { status: 'unknown', amb: AMB },
  );

describe('an item that Meta accepted', () => {
  test('is what Meta holds from now on', () => {
    const { known: after, items } = settled(
      known({ entries: { a: entry('a', 1, { outcome: 'errored', times: 2, erroredAt: OPENED }) } }),
      [settledBatch([batchEntry('z'), batchEntry('a')])],
    );
    expect(after.entries.get('a')).toEqual(entry('a', 2, { where: { batchKey: 'batches/new.json', index: 1 } }));
    expect(items).toMatchObject([{ outcome: 'accepted' }, { outcome: 'accepted', from: 'file' }]);
  });

  test('is gone when it was a delete', () => {
    const { known: after } = settled(known({ entries: { a: entry('a', 1) } }), [
      settledBatch([batchEntry('a', { op: 'DELETE' })]),
    ]);
    expect(after.entries.size).toBe(0);
  });

  test.each(['UPDATE', 'DELETE'] as const)('is under embargo when a call of it was ever ambiguous: %s', (op) => {
    const { known: after } = settled(known({ entries: { a: entry('a', 1) } }), [
      settledBatch([batchEntry('a', { op })], { amb: AMB }),
    ]);
    expect([...after.embargoes]).toEqual([['a', OVER]]);
    expect(after.carried.size).toBe(0);
  });
});

describe('an item that Meta refused', () => {
  const refused = (before = nothingKnown, more = {}) =>
    settled(before, [settledBatch([batchEntry('a')], { status: 'refused', errored: ['a'], ...more })]).known;

  test('is errored with its content, the first time', () =>
    expect(refused().entries.get('a')).toMatchObject({
      outcome: 'errored',
      times: 1,
      erroredAt: OPENED,
      order: at(2),
      fingerprint: entry('a', 1).fingerprint,
    }));

  test.each([
    ['with the same content', data('a'), 3],
    ['with another content', data('a', '1.00 EUR'), 1],
  ])('again %s counts on, or anew', (_what, content, times) => {
    const before = known({ entries: { a: entry('a', 1, { outcome: 'errored', times: 2, content }) } });
    expect(refused(before).entries.get('a')).toMatchObject({ times });
  });

  test('is errored by Meta’s word also where the others’ outcome is unknown', () => {
    const { known: after } = settled(nothingKnown, [
      settledBatch([batchEntry('a'), batchEntry('b')], { status: 'unknown', amb: AMB, errored: ['a'] }),
    ]);
    expect(after.entries.get('a')?.outcome).toBe('errored');
    expect(after.entries.get('b')?.outcome).toBe('unknown');
    expect([...after.carried.keys()]).toEqual(['b']);
    expect([...after.embargoes.keys()]).toEqual(['a', 'b']);
  });

  test('keeps the product when it was a delete', () => {
    const { known: after } = settled(known({ entries: { a: entry('a', 1) } }), [
      settledBatch([batchEntry('a', { op: 'DELETE' })], { status: 'refused', errored: ['a'] }),
    ]);
    expect(after.entries.get('a')?.outcome).toBe('errored');
  });
});

describe('an item of which nobody knows what became', () => {
  test('equals nothing any more, is under embargo, and its row is carried until that ends', () => {
    const { known: after, items } = settled(known({ entries: { a: entry('a', 1) } }), [unknown('a')]);
    expect(after.entries.get('a')).toMatchObject({ outcome: 'unknown', fingerprint: null, times: 1, order: at(2) });
    expect(after.embargoes.get('a')).toBe(OVER);
    expect(after.carried.get('a')).toEqual(carried('a', 2, { notBefore: epochMs(OVER) }));
    expect(dueOf(after)).toBe(OVER);
    expect(items).toMatchObject([{ outcome: 'unknown' }]);
  });

  test.each([
    ['the second time running is carried again', 1, 'unknown', true],
    ['the third time running is parked', 2, 'parked', false],
  ])('%s', (_what, times, outcome, waits) => {
    const before = known({ entries: { a: entry('a', 1, { outcome: 'unknown', fingerprint: null, times }) } });
    const { known: after, items } = settled(before, [unknown('a')]);
    expect(after.entries.get('a')).toMatchObject({ outcome, times: times + 1 });
    expect([after.carried.has('a'), items[0]?.outcome]).toEqual([waits, outcome]);
    expect(after.embargoes.get('a')).toBe(OVER);
  });

  test('parked, it knows what was sent: only another row, or a person, sends it again', () => {
    const before = known({ entries: { a: entry('a', 1, { outcome: 'unknown', fingerprint: null, times: 2 }) } });
    expect(settled(before, [unknown('a')]).known.entries.get('a')?.fingerprint).toBe(entry('a', 1).fingerprint);
  });

  test('counts anew after it was accepted once', () =>
    expect(settled(known({ entries: { a: entry('a', 1) } }), [unknown('a')]).known.entries.get('a')?.times).toBe(1));

  test('is never parked when it is a delete', () => {
    const before = known({ entries: { a: entry('a', 1, { outcome: 'unknown', fingerprint: null, times: 7 }) } });
    const leaf = settledBatch([batchEntry('a', { op: 'DELETE' })], { status: 'unknown', amb: AMB });
    expect(settled(before, [leaf]).known.carried.get('a')).toMatchObject({ op: 'DELETE', gated: true });
  });

  test('though no call of it ever left, waits as long, under no embargo', () => {
    const leaf = settledBatch([batchEntry('a')], { status: 'unknown' });
    const { known: after } = settled(nothingKnown, [leaf]);
    expect(after.embargoes.size).toBe(0);
    expect(dueOf(after)).toBe(OPENED + G + 10 * MINUTE);
  });
});

describe('what else moves with the pointer', () => {
  test('embargoes of earlier syncs are kept while they last', () => {
    const before = known({ embargoes: { over: OPENED, lasts: OPENED + 1 } });
    expect([...settled(before).known.embargoes]).toEqual([['lasts', OPENED + 1]]);
  });

  test('the order of what was raised rises, and never falls', () => {
    const before = known({ entries: { a: entry('a', 1), b: entry('b', 5) } });
    const { known: after } = settled(before, [], {
      raised: [
        ['a', at(3)],
        ['b', at(4)],
        ['gone', at(3)],
      ],
    });
    expect([...after.entries].map(([id, { order }]) => [id, order])).toEqual([
      ['a', at(3)],
      ['b', at(5)],
    ]);
  });

  test('the plan’s carried rows take the place of those before', () => {
    const before = known({ carried: { old: carried('old', 1) } });
    const { known: after } = settled(before, [], { carried: [['new', carried('new', 2)]], floor: file(2) });
    expect([...after.carried.keys()]).toEqual(['new']);
    expect(after.floor).toEqual(file(2));
  });

  test('it is the same each time it is reckoned, to the byte, and the state before is untouched', () => {
    const before = known({ entries: { b: entry('b', 1), a: entry('a', 1) }, embargoes: { a: OPENED + HOUR } });
    const text = JSON.stringify(stateOf(1 as never, before));
    const after = () => JSON.stringify(stateOf(2 as never, settled(before, [unknown('b')]).known));
    expect(after()).toBe(after());
    expect(JSON.stringify(stateOf(1 as never, before))).toBe(text);
  });

  test('a sent item comes from a file, from what was carried, or from an ask alone', () => {
    const before = known({ entries: { again: entry('again', 2), row: entry('row', 1) } });
    const sent = [
      batchEntry('again', { asked: true }),
      batchEntry('row', { asked: true }),
      batchEntry('waited', { wasCarried: true }),
    ];
    expect(settled(before, [settledBatch(sent)]).items.map(({ from }) => from)).toEqual(['asked', 'file', 'carried']);
  });
});

describe('a state', () => {
  test('read again is what was written', () => {
    const state = known({
      entries: { a: entry('a', 1) },
      carried: { b: carried('b', 2) },
      embargoes: { c: 5 },
      floor: file(1),
    });
    expect(knownOf(stateOf(1 as never, state))).toEqual(state);
  });

  test.each([
    ['none is carried', {}, null],
    [
      'one may go at once',
      { a: carried('a', 1, { notBefore: epochMs(0) }), b: carried('b', 1, { notBefore: epochMs(9) }) },
      0,
    ],
    ['all wait', { a: carried('a', 1, { notBefore: epochMs(12) }), b: carried('b', 1, { notBefore: epochMs(9) }) }, 9],
  ])('knows when the next carried row is due: %s', (_what, rows, due) =>
    expect(dueOf(known({ carried: rows }))).toBe(due),
  );
});
