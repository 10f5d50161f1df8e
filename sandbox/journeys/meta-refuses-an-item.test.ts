import type { Answer } from './harness/command-line.ts';
import { csv, products } from './harness/products.ts';
import { openSandbox, type Report, type RunResult, type Sandbox } from './harness/sandbox.ts';

/** Meta finds fault with one when it is called, and with the other when the batch runs. */
const AT_ONCE = 'shelf-2';
const LATER = 'shelf-4';

let sandbox: Sandbox;
let answer: Answer & { result: RunResult };
let report: Report;

beforeAll(async () => {
  sandbox = await openSandbox();
  const refuse = { name: 'refuse-item', message: 'Jen na dotaz' };
  await sandbox.meta().fault({ ...refuse, retailerId: AT_ONCE, stage: 'sync' });
  await sandbox.meta().fault({ ...refuse, retailerId: LATER, stage: 'async' });
  answer = await sandbox.run([await sandbox.file('shelves.csv', csv(products('shelf', 5)))]);
  report = await sandbox.report(1);
});
afterAll(() => sandbox?.end());

test('the others are live', async () => {
  expect((await sandbox.meta().items()).map(({ id }) => id)).toEqual(['shelf-1', 'shelf-3', 'shelf-5']);
});

test('run ends with 2, and the counts add up', () => {
  const { exit, result } = answer;
  expect(exit).toBe(2);
  expect(result.rows).toEqual({
    landed: 5,
    valid: 5,
    rejected: 0,
    superseded: 0,
    unchanged: 0,
    accepted: 3,
    errored: 2,
    held: 0,
    carried: 0,
  });
  expect(result.batches).toEqual([expect.objectContaining({ items: 5, status: 'partly' })]);
  expect(result.syncs).toMatchObject([{ status: 'settled', files: [{ outcome: 'archived' }] }]);
});

test("the batch's verdict and the sync's report name both, in Meta's words and with a remedy", async () => {
  const { items } = await sandbox.synced.json<{ items: object[] }>(
    `${report.folder}/${report.batches[0]?.batchId}.verdict.json`,
  );
  const errored = { verdict: 'errored', message: 'Jen na dotaz', remedy: expect.stringMatching(/./) };
  expect(items).toMatchObject([
    { id: 'shelf-1', verdict: 'accepted', message: null },
    { id: AT_ONCE, ...errored },
    { id: 'shelf-3', verdict: 'accepted', message: null },
    { id: LATER, ...errored },
    { id: 'shelf-5', verdict: 'accepted', message: null },
  ]);
  expect(report.errors.map(({ id }) => id).sort()).toEqual([AT_ONCE, LATER]);
  for (const { message, remedy } of report.errors) {
    expect(message).toContain('Jen na dotaz');
    expect(remedy).not.toBe('');
  }
});

test('an alert names both', async () => {
  const alerts = await sandbox.alerts();
  expect(alerts).toEqual([expect.objectContaining({ kind: 'items-errored', state: 'open', sync: 'default-000001' })]);
  for (const words of [AT_ONCE, LATER, 'Jen na dotaz']) expect(alerts[0]?.body).toContain(words);
  expect(answer.result.alerts).toEqual(alerts.map(({ kind, state, subject }) => ({ kind, state, subject })));
});
