import { CHANGED, type LoadBench, type Report } from './load.ts';
import { type Call, mostWithin, openPosts } from './posts.ts';
import { judgeLoad, loadTable } from './report.ts';

const HOUR = 3_600_000;
const post = (at: number, products: [string, string][], more: Partial<Call> = {}): Call => ({
  ...{ at, method: 'POST', path: '/v26.0/1/items_batch', status: 200 },
  request: { requests: products.map(([id, price]) => ({ data: { id, price } })) },
  ...more,
});
const LIVE: [string, string][] = [
  ['live-1', '1.00 EUR'],
  [CHANGED.id, '1.00 EUR'],
];
const CALLS = [
  post(0, LIVE),
  post(HOUR, [['a', '1.00 EUR']]),
  post(2 * HOUR, [
    [CHANGED.id, CHANGED.price],
    ['b', '2.00 EUR'],
  ]),
];
const report = (id: string, calls: number, carried: number, files: string[] = []): Report => ({
  ...{ id, files: files.map((key) => ({ key })), rows: { carried: 0 }, carriedRows: { carried } },
  ...{ items: { sent: 1 }, batches: Array.from({ length: calls }, () => ({ status: 'accepted' })) },
});
const REPORTS = [report('1', 1, 0), report('2', 1, 5), report('3', 1, 0, ['data/prices.csv'])];
const bench = (calls: readonly Call[] = CALLS, more: Partial<LoadBench> = {}): LoadBench => {
  const posts = openPosts();
  posts.take(calls);
  return {
    ...{ bytes: 2 ** 20, valid: 2, live: 2, reports: REPORTS, posts, held: 4, seconds: 9, hours: 2 },
    functions: [{ name: 'work', invocations: 1, errors: 0, peakMemoryBytes: 2 ** 20 }],
    usage: { cpuSeconds: 5, peakRss: 2 ** 20 },
    ...more,
  };
};

test('the table has what it came to', () => {
  expect(loadTable(bench()).split('\n').slice(2)).toEqual([
    '| 3 | 3 | 1 | 2.0 | 3 |',
    '',
    '| function | peak MB |',
    '| --- | --- |',
    '| work | 1 |',
  ]);
});

test.each<[string, LoadBench, boolean[]]>([
  ['all are met', bench(), [true, true, true, true, true]],
  ['a product is missing', bench(CALLS, { held: 3 }), [false, true, true, true, true]],
  ['one is sent twice', bench([...CALLS, post(3 * HOUR, [['a', '1.00 EUR']])]), [true, false, true, true, true]],
  ['a call is refused', bench([...CALLS, post(9, [], { status: 400 })]), [true, true, false, true, true]],
  [
    'a body was dropped',
    bench([...CALLS, post(9, [], { request: { dropped: true } })]),
    [true, true, false, true, true],
  ],
  ['a sync is too long', bench(CALLS, { reports: [report('0', 26, 0), ...REPORTS] }), [true, true, true, false, false]],
  [
    'the price comes late',
    bench([
      ...CALLS.slice(0, 2),
      post(9e6, [['b', '2.00 EUR']]),
      post(9.1e6, []),
      post(9.2e6, [[CHANGED.id, CHANGED.price]]),
    ]),
    [true, true, true, true, false],
  ],
  ['the price never comes', bench(CALLS.slice(0, 2), { held: 3 }), [false, true, true, true, false]],
])('goals: %s', (_what, one, met) => expect(judgeLoad(one).map((goal) => goal.met)).toEqual(met));

test('other calls are none of batches', () => {
  const posts = openPosts();
  posts.take([{ ...post(0, []), path: '/v26.0/1/check_batch_request_status', method: 'GET' }]);
  expect([posts.accepted, posts.refused()]).toEqual([[], 0]);
});

test('calls that are listed once more, of the moment of the last one, are taken once', () => {
  const posts = openPosts();
  const calls = [1, 2, 2, 2, 3].map((at) => post(at, [[`at-${at}`, '1.00 EUR']]));
  posts.take(calls.slice(0, 3));
  expect(posts.until()).toBe(2);
  posts.take(calls.slice(1, 4));
  posts.take(calls.slice(1));
  posts.take([]);
  expect([posts.accepted, posts.until()]).toEqual([[1, 2, 2, 2, 3], 3]);
});

test.each([
  [[], 0],
  [[0, 1, 2], 3],
  [[0, 9, 10, 11], 3],
  [[0, 10, 20], 1],
])('the most of %j within 10 is %d', (moments, most) => expect(mostWithin(moments, 10)).toBe(most));
