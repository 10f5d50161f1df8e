import { CANARY, leaksIn } from './harness/leaks.ts';
import { changeSettings } from './harness/meta.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';
import { type Case, catalogsOf, goThrough, MINUTE, type Seen } from './harness/side-by-side.ts';
import { wrongWith } from './harness/wrong-with.ts';

const ALL = 6;
const AT_THE_CALL = { endpoint: 'items_batch' };
const throttle = (code: number) => ({ ...AT_THE_CALL, name: 'throttle', code, minutes: 4, count: 2 });
const refusedFor = (code: number, subcode?: number) => ({
  name: 'graph-error',
  code,
  ...(subcode === undefined ? {} : { subcode }),
  http: 400,
  forMinutes: 12,
});

const cases: readonly Case[] = [
  { name: 'nothing fails', troubles: [], inDoubt: 0, calls: 2 },

  // Nobody knows whether the call arrived.
  {
    name: 'the connection is reset after the call was taken',
    troubles: [{ name: 'reset-after-accept', count: 1 }],
    inDoubt: ALL,
    calls: 3,
  },
  {
    name: 'the connection is reset before',
    troubles: [{ name: 'reset-before-accept', count: 1 }],
    inDoubt: ALL,
    calls: 3,
  },
  { name: 'HTML with status 502', troubles: [{ ...AT_THE_CALL, name: 'html-502', count: 2 }], inDoubt: ALL, calls: 4 },
  {
    name: 'the answer is slow',
    troubles: [{ ...AT_THE_CALL, name: 'slow', ms: 1500, count: 1 }],
    inDoubt: 0,
    calls: 2,
  },
  {
    name: 'there is no answer in time',
    troubles: [{ ...AT_THE_CALL, name: 'slow', ms: 70_000, count: 1 }],
    inDoubt: ALL,
    calls: 3,
  },

  // Too many calls.
  ...[80014, 80009, 4, 17, 32, 613].map(
    (code): Case => ({ name: `throttled with code ${code}`, troubles: [throttle(code)], away: 4, calls: 3 }),
  ),
  {
    name: 'status 429 with a code that is none of the throttles',
    troubles: [{ ...AT_THE_CALL, name: 'graph-error', code: 5000, http: 429, count: 2 }],
    away: 0.5,
    calls: 3,
  },

  // Not the items' fault.
  {
    name: 'down for three hours',
    troubles: [{ name: 'server-error', forMinutes: 180 }],
    alerts: ['sync-stalled'],
    calls: 40,
  },
  {
    name: 'code 1, which may mean an outage',
    troubles: [{ ...AT_THE_CALL, name: 'server-error', code: 1, count: 3 }],
    calls: 5,
  },
  {
    name: 'a code that nobody knows',
    troubles: [{ ...AT_THE_CALL, name: 'graph-error', code: 5000, count: 2 }],
    calls: 3,
  },

  // A person has to do something.
  {
    name: 'the token expires between two calls',
    settings: { maxItems: 3 },
    troubles: [{ name: 'token-expired', retailerId: 'shelf-5', forMinutes: 12 }],
    alerts: ['access-refused'],
    calls: 6,
  },
  {
    name: 'the token is dead',
    troubles: [{ name: 'token-expired', forMinutes: 12 }],
    alerts: ['access-refused'],
    calls: 2,
  },
  {
    name: 'the permission is lost',
    troubles: [{ name: 'permission-missing', forMinutes: 12 }],
    alerts: ['access-refused'],
    calls: 2,
  },
  { name: 'the catalog is not there', troubles: [refusedFor(100, 33)], alerts: ['access-refused'], calls: 2 },
  { name: 'the account is blocked', troubles: [refusedFor(368)], alerts: ['access-refused'], calls: 2 },

  // About the call's size or one of its items.
  { name: 'calls of more than three items are too large', troubles: [{ name: 'too-large', moreThan: 3 }], calls: 4 },
  {
    name: 'one item makes Meta refuse the whole call',
    troubles: [{ name: 'invalid-parameter', retailerId: 'shelf-3', message: 'Bad request' }],
    refused: ['shelf-3'],
    alerts: ['items-errored'],
    says: ['Bad request'],
    calls: 5,
  },

  // Nothing was taken in.
  { name: 'no handle and no names', troubles: [{ name: 'empty-handles', count: 2 }], calls: 3 },
  { name: 'no handle, time and again', troubles: [{ name: 'empty-handles', count: 5 }], calls: 7 },
  {
    name: 'no handle because of two items, which are named',
    troubles: [
      { name: 'refuse-item', retailerId: 'shelf-2', stage: 'sync' },
      { name: 'refuse-item', retailerId: 'shelf-5', stage: 'sync' },
    ],
    refused: ['shelf-2', 'shelf-5'],
    alerts: ['items-errored'],
    calls: 2,
  },
  {
    name: 'no handle whenever one item is among them',
    troubles: [{ name: 'empty-handles', retailerId: 'shelf-3', forMinutes: 8 }],
    unknown: 1,
    alerts: ['items-unknown'],
  },
];

let sandbox: Sandbox;
let seen: Seen[];

beforeAll(async () => {
  sandbox = await openSandbox({ catalogs: catalogsOf(cases), env: CANARY });
  await changeSettings(sandbox.info.graph, { processingMs: 100, handleWithErrors: false });
  seen = await goThrough(sandbox, cases);
}, 30 * MINUTE);
afterAll(() => sandbox?.end());

test.each(cases.map((one, n) => ({ ...one, n })))('$name', ({ n }) => {
  expect(wrongWith(cases[n] as Case, seen[n] as Seen)).toEqual([]);
});

test('all the while neither token nor app secret nor proof got out', async () => {
  expect(await leaksIn(sandbox)).toEqual(['secrets/secrets.json']);
});
