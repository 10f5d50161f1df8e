import type { Entry } from '@catalog-sync/shared/baseline/content.ts';
import { candidate, data, entry, settings } from '../testing/build.ts';
import type { Candidate } from './fold.ts';
import { countRisks, noRisks, risksOf } from './gate.ts';

const { gate } = settings();
const ids = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `sku-${from + n}`);
const live = (count: number, more: Partial<Entry> = {}) => new Map(ids(count).map((id) => [id, entry(id, 1, more)]));
const gone = (count: number, more: Partial<Candidate> = {}) =>
  ids(count).map((id) => candidate(id, { op: 'DELETE', ...more }));
const changed = (count: number, price = '12.00 EUR', availability = 'in stock', from = 0) =>
  ids(count, from).map((id) => candidate(id, { data: data(id, price, { availability }) }));
const risks = (wanted: readonly Candidate[], entries: ReadonlyMap<string, Entry>) => {
  const counts = noRisks();
  for (const one of wanted) countRisks({ ...one, entry: entries.get(one.id!) }, counts);
  const isLive = ({ outcome }: Entry): boolean => outcome === 'accepted' || outcome === 'unknown';
  return risksOf(counts, [...entries.values()].filter(isLive).length, gate);
};
const kinds = (wanted: readonly Candidate[], entries: ReadonlyMap<string, Entry>) =>
  risks(wanted, entries).map(({ kind }) => kind);

const refused: Partial<Entry> = { outcome: 'errored', times: 1 };

describe('a plan is held', () => {
  test.each<[string, Candidate[], Map<string, Entry>, string[]]>([
    ['not for deletes of 5 % of the products', gone(50), live(1000), []],
    ['for deletes of more than 5 % of the products', gone(51), live(1000), ['deletes']],
    ['not for 10 deletes, however few products there are', gone(10), live(10), []],
    ['for 11 deletes of few products', gone(11), live(11), ['deletes']],
    ['not for new prices of half of the products', changed(500), live(1000), []],
    ['for new prices of more than half of the products', changed(501), live(1000), ['prices']],
    ['not for 100 new prices, however few products there are', changed(100), live(100), []],
    ['for 101 new prices of few products', changed(101), live(101), ['prices']],
    ['for more than half sold out', changed(501, '10.00 EUR', 'out of stock'), live(1000), ['out-of-stock']],
    [
      'not for what was sold out before',
      changed(501, '10.00 EUR', 'out of stock'),
      live(1000, { availability: 'out of stock' }),
      [],
    ],
    ['for several reasons at once', changed(501, '1.00 EUR', 'out of stock'), live(1000), ['prices', 'out-of-stock']],
    ['never for products’ first send', changed(5000), new Map(), []],
    ['not for what an earlier sync counted', gone(500, { gated: true }), live(1000), []],
    ['for deletes of what Meta refused: an older version may well be live', gone(51), live(1000, refused), ['deletes']],
    [
      'for deletes of more than 5 % of what is live, however many Meta refused',
      gone(20),
      new Map([...live(100), ...ids(400, 1000).map((id): [string, Entry] => [id, entry(id, 1, refused)])]),
      ['deletes'],
    ],
    ['not for new prices of what Meta refused', changed(501), live(1000, refused), []],
    [
      'for new prices of what nobody knows the outcome of',
      changed(501),
      live(1000, { outcome: 'unknown' }),
      ['prices'],
    ],
  ])('%s', (_what, wanted, entries, expected) => expect(kinds(wanted, entries)).toEqual(expected));

  test('with share, count and both limits said', () =>
    expect(risks(gone(60), live(1000))).toEqual([
      { kind: 'deletes', share: 0.06, count: 60, limit: 10, shareLimit: 0.05 },
    ]));

  test('by the shares of what is live: new products in the plan change no share', () =>
    expect(kinds([...gone(51), ...changed(9000, '1.00 EUR', 'in stock', 5000)], live(1000))).toEqual(['deletes']));
});
