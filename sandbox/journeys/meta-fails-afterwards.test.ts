import { CANARY, leaksIn, PROOF } from './harness/leaks.ts';
import { changeSettings } from './harness/meta.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';
import { type Case, catalogsOf, FILES, goThrough, MINUTE, type Seen } from './harness/side-by-side.ts';
import { wrongWith } from './harness/wrong-with.ts';

const ALL = 6;
/** Within the embargo of whoever was given up. */
const LATE = 5 * MINUTE;
const WHEN_ASKED = { endpoint: 'check_batch_request_status' };
const ERRORED = ['items-errored'];
const UNKNOWN = ['items-unknown'];
const GIVEN_UP = { unknown: ALL, inDoubt: ALL, alerts: UNKNOWN };
const refuse = (retailerId: string) => ({ name: 'refuse-item', retailerId });
/** Words of Meta in which all that is secret stands. */
const TELLTALE = `no ${CANARY.META_ACCESS_TOKEN} with ${CANARY.META_APP_SECRET} or ${PROOF}`;

const cases: readonly Case[] = [
  { name: 'nothing fails', troubles: [], inDoubt: 0, calls: 2 },

  // The batch ends, and nobody knows how.
  { name: 'it ends in an error', troubles: [{ name: 'status-error', count: 1 }], inDoubt: ALL, calls: 3 },
  { name: 'it is canceled', troubles: [{ name: 'status-canceled', count: 1 }], inDoubt: ALL, calls: 3 },
  {
    name: 'it ends in an error, and is applied late all the same',
    troubles: [{ name: 'status-error', count: 1, lateMs: LATE }],
    inDoubt: ALL,
    calls: 3,
  },
  {
    name: 'it ends in an error, half of it applied, the rest late',
    troubles: [{ name: 'partial-apply', count: 1, lateMs: LATE }],
    inDoubt: ALL,
    calls: 3,
  },
  {
    name: 'it ends in an error time and again',
    troubles: [{ name: 'partial-apply', count: 5 }],
    inDoubt: ALL,
    calls: 14,
  },
  {
    name: 'it ends in an error whenever one item is among them',
    troubles: [{ name: 'status-error', retailerId: 'shelf-3', forMinutes: 8 }],
    unknown: 1,
    inDoubt: 'some',
    alerts: UNKNOWN,
  },
  {
    name: 'one item never ends well',
    troubles: [{ name: 'status-error', retailerId: 'shelf-3' }],
    unknown: 1,
    refused: ['shelf-3'],
    alerts: UNKNOWN,
  },

  // The batch does not end.
  {
    name: 'it takes two minutes',
    troubles: [{ name: 'slow-processing', ms: 2 * MINUTE, count: 1 }],
    inDoubt: 0,
    calls: 2,
  },
  { name: 'it never finishes', troubles: [{ name: 'never-finishes', count: 1 }], ...GIVEN_UP, calls: 2 },
  {
    name: 'it never finishes, and its rows go again by themselves',
    troubles: [{ name: 'never-finishes', count: 1 }],
    unknown: ALL,
    alerts: UNKNOWN,
    calls: 2,
  },
  {
    name: 'it never finishes, and is applied after it was given up',
    troubles: [{ name: 'never-finishes', count: 1, lateMs: LATE }],
    ...GIVEN_UP,
    calls: 2,
  },
  { name: 'the status is a word that nobody knows', troubles: [{ name: 'status-unknown-word', count: 2 }], calls: 1 },
  {
    name: 'the status stays a word that nobody knows',
    troubles: [{ name: 'status-unknown-word', forMinutes: 8 }],
    ...GIVEN_UP,
    calls: 2,
  },
  { name: 'the status has no data', troubles: [{ name: 'empty-data', count: 2 }], calls: 1 },

  // Nobody can ask.
  { name: 'the handle is not known', troubles: [{ name: 'handle-not-found', count: 1 }], inDoubt: ALL, calls: 3 },
  {
    name: 'no status for eight minutes',
    troubles: [{ ...WHEN_ASKED, name: 'server-error', forMinutes: 8 }],
    inDoubt: 0,
    calls: 2,
  },
  { name: 'HTML for eight minutes', troubles: [{ ...WHEN_ASKED, name: 'html-502', forMinutes: 8 }], calls: 1 },
  {
    name: 'asking is throttled for eight minutes',
    troubles: [{ name: 'throttle', code: 80009, minutes: 4, forMinutes: 8 }],
    calls: 1,
  },
  {
    name: 'the connection is reset when asked',
    troubles: [{ ...WHEN_ASKED, name: 'reset-before-accept', count: 3 }],
    calls: 1,
  },
  { name: 'the status is slow', troubles: [{ ...WHEN_ASKED, name: 'slow', ms: 1500, count: 1 }], calls: 1 },
  {
    name: 'the token dies before it can be asked',
    troubles: [{ ...WHEN_ASKED, name: 'token-expired', forMinutes: 8 }],
    alerts: ['access-refused'],
    calls: 1,
  },

  // Some items are refused.
  {
    name: 'one item is refused',
    troubles: [refuse('shelf-2')],
    refused: ['shelf-2'],
    alerts: ERRORED,
    says: ['Položka nesplňuje naše zásady'],
    calls: 1,
  },
  {
    name: 'the answer names one, and gives a handle for the others',
    troubles: [{ ...refuse('shelf-2'), stage: 'sync' }],
    refused: ['shelf-2'],
    alerts: ERRORED,
    says: ['Položka nesplňuje naše zásady'],
    calls: 1,
  },
  {
    name: 'the answer names one, and the status another',
    troubles: [{ ...refuse('shelf-2'), stage: 'sync' }, refuse('shelf-5')],
    refused: ['shelf-2', 'shelf-5'],
    alerts: ERRORED,
    calls: 1,
  },
  {
    name: 'three are refused, and one is named',
    troubles: [refuse('shelf-1'), refuse('shelf-2'), refuse('shelf-6')],
    refused: ['shelf-1', 'shelf-2', 'shelf-6'],
    alerts: ERRORED,
  },
  {
    name: 'all are refused, and one is named',
    troubles: [{ name: 'refuse-item' }],
    refused: [1, 2, 3, 4, 5, 6].map((n) => `shelf-${n}`),
    alerts: ERRORED,
  },

  // Meta repeats what is secret.
  {
    name: 'the secrets stand in an item’s error',
    troubles: [{ ...refuse('shelf-2'), stage: 'sync', message: TELLTALE }],
    refused: ['shelf-2'],
    alerts: ERRORED,
    says: ['no … with … or …'],
  },
  {
    name: 'the secrets stand in the error of the whole call',
    troubles: [{ name: 'invalid-parameter', retailerId: 'shelf-3', message: TELLTALE }],
    refused: ['shelf-3'],
    alerts: ERRORED,
    says: ['no … with … or …'],
  },
  {
    name: 'the secrets stand in the refusal of the token',
    troubles: [{ name: 'graph-error', code: 190, message: TELLTALE, forMinutes: 4 }],
    alerts: ['access-refused'],
  },
  {
    name: 'the secrets stand in an outage',
    troubles: [{ name: 'graph-error', code: 2, http: 500, message: TELLTALE, forMinutes: 4 }],
  },
  {
    name: 'the secrets stand in an unknown error',
    troubles: [
      {
        name: 'graph-error',
        code: 5000,
        message: TELLTALE,
        endpoint: 'items_batch',
        retailerId: 'shelf-3',
        forMinutes: 8,
      },
    ],
    unknown: 1,
    alerts: UNKNOWN,
  },
];

let sandbox: Sandbox;
let seen: Seen[];

beforeAll(async () => {
  sandbox = await openSandbox({ catalogs: catalogsOf(cases), env: CANARY });
  await changeSettings(sandbox.info.graph, {
    processingMs: 100,
    // What is decided by Meta's words fails in another language.
    language: 'cs',
    errorListLimit: 1,
    invalidIdListLimit: 1,
    requireProof: true,
  });
  seen = await goThrough(sandbox, cases);
}, 30 * MINUTE);
afterAll(() => sandbox?.end());

test.each(cases.map((one, n) => ({ ...one, n })))('$name', ({ n }) => {
  expect(wrongWith(cases[n] as Case, seen[n] as Seen)).toEqual([]);
});

test('a command that cannot get in says why', async () => {
  await sandbox.meta().fault({ name: 'graph-error', code: 190, message: TELLTALE });
  const { exit, stderr } = await sandbox.run([await sandbox.file('shelves.csv', FILES[0])]);
  expect(exit).toBe(1);
  expect(stderr).toMatch(/code 190/);
});

test('all the while neither token nor app secret nor proof got out', async () => {
  expect(await leaksIn(sandbox)).toEqual(['secrets/secrets.json']);
  await sandbox.landing.put('planted.txt', `see ${CANARY.META_ACCESS_TOKEN}`);
  expect(await leaksIn(sandbox)).toEqual([expect.stringMatching(/^s3\/bodies\//), 'secrets/secrets.json']);
});
