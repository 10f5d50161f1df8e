import { hashKey } from '@catalog-sync/shared/baseline/id-hash.ts';
import { epochMs, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { at, batchEntry, carried, data, entry, G, OPENED, settledBatch } from '../testing/build.ts';
import { type Known, known, nothingKnown } from '../testing/known.ts';
import { type SettledBatch, settle } from './settle.ts';

/** What a draft becomes, by ids. */
const settled = (draft: Known = nothingKnown, batches: readonly SettledBatch[] = []) => {
  const drafted = new Map([...draft.entries].map(([id, one]) => [hashKey(id), one]));
  const { changes, carried: waits, embargoes, items } = settle((key) => drafted.get(key), OPENED, batches, G);
  const names = new Map(batches.flatMap((batch) => batch.items.map(({ key, entry: { id } }) => [key, id] as const)));
  const entries = new Map(draft.entries);
  for (const { id, entry: next } of changes.values()) {
    if (next === null) entries.delete(id);
    else entries.set(id, next);
  }
  const after = {
    entries,
    carried: new Map([...waits].map(([key, row]) => [names.get(key), row])),
    embargoes: new Map([...embargoes].map(([key, until]) => [names.get(key), until])),
  };
  return { known: after, items };
};
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
      known({ entries: { a: entry('a', 1, { outcome: 'errored', times: 2 }) } }),
      [settledBatch([batchEntry('z'), batchEntry('a')])],
    );
    expect(after.entries.get('a')).toEqual(
      entry('a', 2, { sentAt: OPENED, where: { batchKey: 'batches/new.json', index: 1 } }),
    );
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
      sentAt: OPENED,
      order: at(2),
      fingerprint: entry('a', 1).fingerprint,
    }));

  test.each([
    ['with the same content', data('a'), 3],
    ['with another content', data('a', '1.00 EUR'), 1],
  ])('again %s counts on, or anew', (_what, sent, times) => {
    const before = known({ entries: { a: entry('a', 1, { outcome: 'errored', times: 2, data: sent }) } });
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
    expect(after.carried.get('a')?.notBefore).toBe(OPENED + G + 10 * MINUTE);
  });
});

describe('what an item was sent for', () => {
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
