import { DELETED } from '@catalog-sync/shared/baseline/content.ts';
import { DAY, epochMs, HOUR } from '@catalog-sync/shared/catalog/instant.ts';
import { at, carried, data, entry, file, OPENED } from '../testing/build.ts';
import { type FoldInput, foldById, row, whole } from '../testing/fold-by-id.ts';
import { known, nothingKnown } from '../testing/known.ts';

const folded = (input: Partial<FoldInput>) =>
  foldById({ known: nothingKnown, rows: [], wholes: [], openedAt: OPENED, asked: new Map(), stretch: 100, ...input });
/** What is to be sent, in short. */
const sent = (input: Partial<FoldInput>): string[] =>
  folded(input)
    .toSend.map(({ id, op, content: { price } }) => (op === 'DELETE' ? `${id} gone` : `${id} ${price}`))
    .sort();
const NEW = '12.00 EUR';
const OLD = '8.00 EUR';

describe('a product of this sync’s files', () => {
  test('that nobody knows is sent', () => expect(sent({ rows: [row('a', 2)] })).toEqual(['a 10.00 EUR']));

  test('is sent as its newest valid row says, wherever that row stands', () => {
    const rows = [row('a', 3, NEW), row('a', 2, OLD), row('a', 3, '11.00 EUR', 0)];
    expect(sent({ rows })).toEqual([`a ${NEW}`]);
    expect(folded({ rows }).fileRows).toEqual({ superseded: 2, unchanged: 0, errored: 0 });
  });

  test('that changed is sent', () =>
    expect(sent({ known: known({ entries: { a: entry('a', 1) } }), rows: [row('a', 2, NEW)] })).toEqual([`a ${NEW}`]));

  test('that did not change is not sent, and its order rises', () => {
    const { toSend, raised, fileRows } = folded({
      known: known({ entries: { a: entry('a', 1) } }),
      rows: [row('a', 2)],
    });
    expect([toSend, raised, fileRows.unchanged]).toEqual([[], [['a', at(2)]], 1]);
  });

  test.each([
    ['first', (print: string) => `${print.startsWith('0') ? 1 : 0}${print.slice(1)}`],
    ['last', (print: string) => `${print.slice(0, -1)}${print.endsWith('0') ? 1 : 0}`],
  ])('that changed is sent, though its fingerprints differ in their %s digit only', (_which, changed) => {
    const live = entry('a', 1);
    const entries = { a: { ...live, fingerprint: changed(live.fingerprint!) } };
    expect(sent({ known: known({ entries }), rows: [row('a', 2)] })).toEqual(['a 10.00 EUR']);
  });

  test('that Meta holds nobody knows how (unknown) is sent, even back to what it was', () => {
    const entries = { a: entry('a', 1, { outcome: 'unknown', fingerprint: null, times: 1 }) };
    expect(sent({ known: known({ entries }), rows: [row('a', 2)] })).toEqual(['a 10.00 EUR']);
  });
});

describe('a late older file', () => {
  test.each([
    ['accepted', entry('a', 5)],
    ['errored', entry('a', 5, { outcome: 'errored', times: 1, sentAt: OPENED })],
    ['unknown', entry('a', 5, { outcome: 'unknown', fingerprint: null })],
  ])('never touches what was synced of a newer one, %s as that is, and says so', (_outcome, live) => {
    const { toSend, fileRows, late, raised } = folded({
      known: known({ entries: { a: live } }),
      rows: [row('a', 4, OLD)],
    });
    expect([toSend, raised, fileRows.superseded, late]).toEqual([[], [], 1, 1]);
  });

  test('nor the very file again', () => {
    expect(sent({ known: known({ entries: { a: entry('a', 5) } }), rows: [row('a', 5, NEW)] })).toEqual([]);
  });

  test.each([
    ['the very row again', 3],
    ['an earlier row of the file that was synced', 2],
  ])('nor %s, and it counts as late though its content is the same', (_what, line) => {
    const { toSend, raised, fileRows, late } = folded({
      known: known({ entries: { a: entry('a', 5, { order: at(5, 3) }) } }),
      rows: [row('a', 5, undefined, line)],
    });
    expect([toSend, raised, late]).toEqual([[], [], 1]);
    expect(fileRows).toEqual({ superseded: 1, unchanged: 0, errored: 0 });
  });

  test('but a later row of the very file does', () => {
    const { raised, fileRows } = folded({
      known: known({ entries: { a: entry('a', 5, { order: at(5, 3) }) } }),
      rows: [row('a', 5, undefined, 4)],
    });
    expect([raised, fileRows.unchanged]).toEqual([[['a', at(5, 4)]], 1]);
  });

  test('nor what is only carried', () => {
    const before = known({ carried: { a: carried('a', 5, { data: data('a', NEW) }) } });
    expect(sent({ known: before, rows: [row('a', 4, OLD)] })).toEqual([`a ${NEW}`]);
    expect(folded({ known: before, rows: [row('a', 4, OLD)] }).fileRows.superseded).toBe(1);
  });

  test('fills in products that only it has', () =>
    expect(sent({ known: known({ entries: { a: entry('a', 5) } }), rows: [row('b', 4)] })).toEqual(['b 10.00 EUR']));

  test('not below the floor: a newer whole feed has ended them', () => {
    const { toSend, fileRows, late, floor } = folded({
      known: known({ floor: file(5) }),
      rows: [row('b', 4), row('c', 5)],
    });
    expect(toSend.map(({ id }) => id)).toEqual(['c']);
    expect([fileRows.superseded, late, floor]).toEqual([1, 1, file(5)]);
  });
});

describe('a whole feed', () => {
  const live = known({ entries: { a: entry('a', 1), b: entry('b', 1) } });

  test('ends what it does not name, and raises the floor', () => {
    const { toSend, floor } = folded({ known: live, rows: [row('a', 3)], wholes: [whole(3, 'a')] });
    expect(toSend).toMatchObject([
      { id: 'b', op: 'DELETE', order: at(3, 0), from: 'whole-feed', content: { item: null } },
    ]);
    expect(floor).toEqual(file(3));
  });

  test('does not end what it names in a rejected row', () =>
    expect(sent({ known: live, rows: [row('a', 3)], wholes: [whole(3, 'a', 'b')] })).toEqual([]));

  test('does not end what a newer file has', () =>
    expect(sent({ known: live, rows: [row('a', 3), row('b', 4, NEW)], wholes: [whole(3, 'a')] })).toEqual([
      `b ${NEW}`,
    ]));

  test('supersedes the rows of older files of its sync, also of products that it does not name', () => {
    const { toSend, fileRows, late } = folded({
      rows: [row('a', 3), row('a', 2, OLD), row('c', 2)],
      wholes: [whole(3, 'a')],
    });
    expect(toSend.map(({ id, content: { price } }) => [id, price])).toEqual([['a', '10.00 EUR']]);
    expect([fileRows.superseded, late]).toEqual([2, 0]);
  });

  test('counts only if it is the newest of its sync', () =>
    expect(sent({ known: live, rows: [row('a', 4)], wholes: [whole(3), whole(4, 'a', 'b')] })).toEqual([]));

  test('does not end again for now what Meta refused to end, and says that it is still there', () => {
    const refused = entry('a', 2, { outcome: 'errored', fingerprint: DELETED.fingerprint, times: 1, sentAt: OPENED });
    const { toSend, withheld } = folded({ known: known({ entries: { a: refused } }), wholes: [whole(3)] });
    expect([toSend, withheld]).toEqual([[], 1]);
  });

  test('that comes late, older than one that was applied, ends nothing', () => {
    const before = known({ entries: { a: entry('a', 5) }, floor: file(5) });
    const { toSend, floor } = folded({ known: before, rows: [row('c', 4)], wholes: [whole(4, 'c')] });
    expect([toSend, floor]).toEqual([[], file(5)]);
  });

  test('does not end what a newer file had landed before it', () =>
    expect(sent({ known: known({ entries: { a: entry('a', 5) } }), wholes: [whole(4, 'x')] })).toEqual([]));

  test('ends a product whose outcome is unknown like a live one', () => {
    const entries = { a: entry('a', 1, { outcome: 'unknown' as const, fingerprint: null }) };
    const before = known({ entries, carried: { a: carried('a', 1) } });
    expect(sent({ known: before, wholes: [whole(3, 'x')] })).toEqual(['a gone']);
  });

  describe('and what is carried', () => {
    const waits = known({ entries: { a: entry('a', 1) }, carried: { a: carried('a', 2, { data: data('a', NEW) }) } });

    test('an older carried row gives way to the delete', () => {
      const { toSend, carriedRows } = folded({ known: waits, wholes: [whole(3, 'x')] });
      expect(toSend).toMatchObject([{ id: 'a', op: 'DELETE' }]);
      expect(carriedRows).toEqual({ taken: 1, superseded: 1, unchanged: 0, errored: 0 });
    });

    test('a newer carried row stays', () => {
      const newer = known({ entries: { a: entry('a', 1) }, carried: { a: carried('a', 4, { data: data('a', NEW) }) } });
      expect(sent({ known: newer, wholes: [whole(3, 'x')] })).toEqual([`a ${NEW}`]);
    });

    test('a product that never got through is dropped without a call', () => {
      const never = known({ carried: { a: carried('a', 2) } });
      const { toSend, carriedRows } = folded({ known: never, wholes: [whole(3, 'x')] });
      expect([toSend, carriedRows]).toEqual([[], { taken: 1, superseded: 1, unchanged: 0, errored: 0 }]);
    });

    test('a delete under embargo is carried', () => {
      const embargoed = known({ entries: { a: entry('a', 1) }, embargoes: { a: OPENED + 1 } });
      const { toSend, embargoed: later } = folded({ known: embargoed, wholes: [whole(3, 'x')] });
      expect([toSend, later]).toMatchObject([[], [{ candidate: { id: 'a', op: 'DELETE' }, until: OPENED + 1 }]]);
    });

    test('a carried delete gives way to a newer row', () => {
      const going = known({ entries: { a: entry('a', 1) }, carried: { a: carried('a', 2, { op: 'DELETE' }) } });
      expect(sent({ known: going, rows: [row('a', 3, NEW)] })).toEqual([`a ${NEW}`]);
    });

    test('a carried delete of what is gone already is nothing to do', () =>
      expect(sent({ known: known({ carried: { a: carried('a', 2, { op: 'DELETE' }) } }) })).toEqual([]));
  });
});

describe('what was refused', () => {
  const errored = (times: number, ago: number) =>
    known({ entries: { a: entry('a', 1, { outcome: 'errored', times, sentAt: epochMs(OPENED - ago) }) } });

  test.each([
    ['not again within 24 hours', errored(1, DAY - 1), []],
    ['again after 24 hours', errored(1, DAY), ['a 10.00 EUR']],
    ['not again after its third time', errored(3, 30 * DAY), []],
    ['not again once parked', known({ entries: { a: entry('a', 1, { outcome: 'parked', times: 3 }) } }), []],
  ])('is sent with the same content %s', (_when, before, expected) =>
    expect(sent({ known: before, rows: [row('a', 2)] })).toEqual(expected),
  );

  test('counts as errored again, and its order rises', () => {
    const { fileRows, raised } = folded({ known: errored(1, HOUR), rows: [row('a', 2)] });
    expect([fileRows, raised]).toEqual([{ superseded: 0, unchanged: 0, errored: 1 }, [['a', at(2)]]]);
  });

  test('is sent with another content at once', () =>
    expect(sent({ known: errored(3, 0), rows: [row('a', 2, NEW)] })).toEqual([`a ${NEW}`]));
});

describe('what a person asked for again', () => {
  const refused = known({ entries: { a: entry('a', 1, { outcome: 'errored', times: 3, sentAt: OPENED }) } });
  const asked = new Map([['a', { op: 'UPDATE' as const, data: data('a') }]]);

  test('is sent as it was, under its own order', () => {
    const { toSend } = folded({ known: refused, asked });
    expect(toSend).toMatchObject([{ id: 'a', from: 'asked', asked: true, order: at(1) }]);
  });

  test('is sent as its newer row says, if there is one', () =>
    expect(sent({ known: refused, asked, rows: [row('a', 2, NEW)] })).toEqual([`a ${NEW}`]));

  test('lets an equal row through, once', () => {
    expect(sent({ known: refused, asked, rows: [row('a', 2)] })).toEqual(['a 10.00 EUR']);
    expect(sent({ known: refused, rows: [row('a', 2)] })).toEqual([]);
  });

  test('lets a row that landed again through also when what was sent is gone', () => {
    expect(sent({ known: refused, asked: new Map([['a', null]]), rows: [row('a', 2)] })).toEqual(['a 10.00 EUR']);
    expect(sent({ known: refused, asked: new Map([['a', null]]) })).toEqual([]);
  });

  test('is carried with the ask while it is under embargo', () => {
    const under = known({
      entries: { a: entry('a', 1, { outcome: 'parked', times: 3 }) },
      embargoes: { a: OPENED + 1 },
    });
    expect(folded({ known: under, asked }).embargoed).toMatchObject([
      { candidate: { asked: true }, until: OPENED + 1 },
    ]);
  });

  test('is sent once the embargo is over, for the ask was carried', () => {
    const over = known({
      entries: { a: entry('a', 1, { outcome: 'parked', times: 3 }) },
      carried: { a: carried('a', 1, { asked: true }) },
    });
    expect(sent({ known: over })).toEqual(['a 10.00 EUR']);
    expect(sent({ known: over, rows: [row('a', 2)] })).toEqual(['a 10.00 EUR']);
  });

  test('is not sent when it is fine', () => {
    const fine = known({ entries: { a: entry('a', 1) } });
    expect(sent({ known: fine, asked })).toEqual([]);
  });
});

describe('a product under embargo', () => {
  test('waits, with its newest row', () => {
    const before = known({
      entries: { a: entry('a', 1) },
      embargoes: { a: OPENED + 1 },
      carried: { a: carried('a', 2) },
    });
    const { toSend, embargoed, carriedRows } = folded({ known: before, rows: [row('a', 3, NEW)] });
    expect(toSend).toEqual([]);
    expect(embargoed).toMatchObject([{ candidate: { order: at(3), content: { price: NEW } }, until: OPENED + 1 }]);
    expect(carriedRows).toMatchObject({ taken: 1, superseded: 1 });
  });

  test('goes when it ends at the very moment at which the sync opened', () => {
    const before = known({ entries: { a: entry('a', 1) }, embargoes: { a: OPENED } });
    expect(sent({ known: before, rows: [row('a', 2, NEW)] })).toEqual([`a ${NEW}`]);
  });

  test('is unchanged when its row is, and a carried row of it is dropped', () => {
    const before = known({
      entries: { a: entry('a', 1) },
      embargoes: { a: OPENED + 1 },
      carried: { a: carried('a', 2, { data: data('a', NEW) }) },
    });
    const { embargoed, fileRows, carriedRows } = folded({ known: before, rows: [row('a', 3)] });
    expect([embargoed, fileRows.unchanged, carriedRows.superseded]).toEqual([[], 1, 1]);
  });
});

describe('a row that waits and lands again as it was', () => {
  const waiting = known({
    entries: { a: entry('a', 1) },
    carried: { a: carried('a', 2, { data: data('a', NEW), syncs: 2 }) },
  });

  test('was counted by the gate already, and waits as long as before', () =>
    expect(folded({ known: waiting, rows: [row('a', 3, NEW)] }).toSend).toMatchObject([
      { from: 'file', gated: true, syncs: 2 },
    ]));

  test('is new to the gate when it is another', () =>
    expect(folded({ known: waiting, rows: [row('a', 3, OLD)] }).toSend).toMatchObject([{ gated: false, syncs: 0 }]));

  test('so is a delete that the next whole feed says again', () => {
    const going = known({ entries: { a: entry('a', 1) }, carried: { a: carried('a', 2, { op: 'DELETE' }) } });
    expect(folded({ known: going, wholes: [whole(3, 'x')] }).toSend).toMatchObject([
      { op: 'DELETE', order: at(3, 0), gated: true },
    ]);
  });
});
