import { sandboxClock } from '../clock.ts';
import type { SandboxServer } from '../server.ts';
import { failSwitch } from './fail-switch.ts';
import { startControl } from './server.ts';

const clock = sandboxClock();
const deaths: string[] = [];
const fail = failSwitch(() => void deaths.push('died'));
let stops = 0;
let control: SandboxServer;

beforeAll(async () => {
  control = await startControl({
    clock,
    advance: (ms) => clock.advance(ms),
    info: () => ({ region: 'eu-central-1' }),
    functions: () => [{ name: 'note', invocations: 3, errors: 1, peakMemoryBytes: 5 }],
    failSwitch: fail,
    stop: () => {
      stops += 1;
    },
  });
});
afterAll(async () => {
  await control.close();
  clock.stop();
});

const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
  const init =
    body === undefined ? { method } : { method, body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(`${control.url}${path}`, init);
  return { status: response.status, body: await response.json() };
};

test('tells what the sandbox is and how its functions do', async () => {
  expect(await call('GET', '/info')).toEqual({ status: 200, body: { region: 'eu-central-1' } });
  const report = { name: 'note', invocations: 3, errors: 1, peakMemoryBytes: 5 };
  expect(await call('GET', '/functions')).toEqual({ status: 200, body: [report] });
});

test('moves the clock on, and what is due fires', async () => {
  const before = clock.now();
  const fired: number[] = [];
  clock.at(before + 3_600_000, () => void fired.push(1));
  const { status, body } = await call('POST', '/clock', { advanceMs: 3_600_000 });
  expect(status).toBe(200);
  expect(fired).toEqual([1]);
  expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
  expect(body).toEqual({ now: expect.any(String), offsetMs: 3_600_000 });
  expect((await call('GET', '/clock')).body).toMatchObject({ offsetMs: 3_600_000 });
});

test('ends the process before the n-th write from now of that server alone, and counts all of them', async () => {
  const [s3, sqs] = [fail.beforeWrite('s3'), fail.beforeWrite('sqs')];
  s3();
  expect(await call('GET', '/writes')).toEqual({ status: 200, body: { s3: 1, dynamodb: 0, events: 0, sqs: 0 } });
  expect((await call('POST', '/fail', { where: 's3', write: 2, how: 'exit' })).status).toBe(200);
  sqs();
  sqs();
  s3();
  expect(deaths).toEqual([]);
  s3();
  expect(deaths).toEqual(['died']);
  expect((await call('GET', '/writes')).body).toEqual({ s3: 3, dynamodb: 0, events: 0, sqs: 2 });
});

test('stops when asked', async () => {
  expect(await call('POST', '/stop')).toEqual({ status: 200, body: { stopping: true } });
  expect(stops).toBe(1);
});

test.each<[string, string, unknown, number, string]>([
  ['POST', '/clock', { advanceMs: -1 }, 400, 'advanceMs'],
  ['POST', '/clock', { advanceMs: '1' }, 400, 'advanceMs'],
  ['POST', '/clock', { advanceMs: Number.MAX_SAFE_INTEGER }, 400, 'last date'],
  ['POST', '/clock', {}, 400, 'advanceMs'],
  ['POST', '/clock', '{', 400, 'not JSON'],
  ['POST', '/clock', '[]', 400, 'not a JSON object'],
  ['POST', '/fail', { where: 'sns', write: 1, how: 'exit' }, 400, 's3, dynamodb, events, sqs'],
  ['POST', '/fail', { where: 's3', write: 0, how: 'exit' }, 400, 'write'],
  ['POST', '/fail', { where: 's3', write: 1, how: 'throw' }, 400, 'how'],
  ['GET', '/nothing', undefined, 404, 'there is no GET /nothing'],
])('%s %s %j is refused', async (method, path, body, status, message) => {
  const answer = await call(method, path, body);
  expect(answer.status).toBe(status);
  expect((answer.body as { error: string }).error).toContain(message);
});
