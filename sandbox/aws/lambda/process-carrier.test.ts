import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { sandboxClock } from '../../clock.ts';
import { type FunctionDefinition, type SandboxFunction, startFunction } from './function.ts';

const dir = mkdtempSync(join(tmpdir(), 'heavy-'));
const clock = sandboxClock();
const functions: SandboxFunction[] = [];
const local = 'http://127.0.0.1:1';
const endpoints = { s3: local, dynamodb: local, events: local, sqs: local, sns: local, ssm: local, secrets: local };
const MEGABYTE = 1024 * 1024;

afterEach(async () => {
  await Promise.all(functions.splice(0).map((one) => one.close()));
});
afterAll(() => {
  clock.stop();
  rmSync(dir, { recursive: true });
});

const definitionOf = (code: string, more: Partial<FunctionDefinition> = {}): FunctionDefinition => {
  const name = `heavy-${Math.random().toString(36).slice(2)}`;
  const zipPath = join(dir, `${name}.zip`);
  writeFileSync(zipPath, zipSync({ 'handler.js': new TextEncoder().encode(code) }));
  return {
    name,
    arn: `arn:aws:lambda:eu-central-1:000000000000:function:${name}`,
    zipPath,
    handler: 'handler.run',
    timeoutSeconds: 30,
    memoryMb: 512,
    variables: { STAGE: 'test' },
    heavy: true,
    ...more,
  };
};
const options = { region: 'eu-central-1', endpoints, dir, concurrency: 1 };
const heavyOf = async (code: string, more: Partial<FunctionDefinition> = {}, concurrency = 1) => {
  const made = await startFunction(definitionOf(code, more), { ...options, clock, concurrency });
  functions.push(made);
  return made;
};
const resultOf = async <T>(run: SandboxFunction, event: unknown = {}): Promise<T> => {
  const outcome = await run.invoke(event);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return outcome.result as T;
};

test('runs the packaged handler in another process, with event, context, environment and folder of a function', async () => {
  const run = await heavyOf(`exports.run = async (event, context) => ({ pid: process.pid, doubled: event.n * 2,
    name: context.functionName, left: context.getRemainingTimeInMillis(), argv: process.argv.length, cwd: process.cwd(),
    env: Object.keys(process.env).sort() })`);
  const result = await resultOf<Record<string, unknown>>(run, { n: 21 });
  expect(result).toMatchObject({ doubled: 42, name: run.name, argv: 2 });
  expect(result.pid).not.toBe(process.pid);
  expect(result.left).toBeLessThanOrEqual(30_000);
  expect(String(result.cwd).startsWith(join(dir, 'code'))).toBe(true);
  expect(result.env).toContain('STAGE');
  expect((result.env as string[]).filter((name) => name.startsWith('NODE_'))).toEqual([]);
  expect((await resultOf<{ pid: number }>(run, { n: 1 })).pid).toBe(result.pid);
});

test("its peak is the process's, with Buffers that are long gone", async () => {
  const run = await heavyOf(`exports.run = async ({ megabytes }) => { Buffer.alloc(megabytes * ${MEGABYTE}, 1); }`);
  await run.invoke({ megabytes: 200 });
  const { peakMemoryBytes } = run.stats();
  expect(peakMemoryBytes).toBeGreaterThan(200 * MEGABYTE);
  expect(peakMemoryBytes).toBeLessThan(400 * MEGABYTE);
  await run.invoke({ megabytes: 1 });
  expect(run.stats().peakMemoryBytes).toBeGreaterThanOrEqual(peakMemoryBytes);
});

test('more memory than the function has kills it, also when it is Buffers, and the next invocation has a new process', async () => {
  const run = await heavyOf(
    `let n = 0; exports.run = async ({ hold }) => { n += 1; const all = [];
      for (; hold; await new Promise(setImmediate)) all.push(Buffer.alloc(10 * ${MEGABYTE}, 1)); return n; }`,
    { memoryMb: 256 },
  );
  const outcome = await run.invoke({ hold: true });
  expect(outcome).toMatchObject({
    ok: false,
    error: { errorType: 'Runtime.OutOfMemory', errorMessage: expect.stringContaining('signal: killed') },
  });
  expect(await run.invoke({})).toEqual({ ok: true, result: 1 });
  expect(run.stats()).toMatchObject({ invocations: 2, errors: 1 });
});

test('a burst between two looks counts: the answer of a function that had too much is not taken', async () => {
  const run = await heavyOf(
    `exports.run = async () => { Buffer.alloc(100 * ${MEGABYTE} - process.memoryUsage.rss(), 1); return 'unseen'; }`,
    { memoryMb: 96 },
  );
  expect(await run.invoke({})).toMatchObject({ ok: false, error: { errorType: 'Runtime.OutOfMemory' } });
});

test('a heap that is full ends the process', async () => {
  const run = await heavyOf(
    'exports.run = async () => { const all = []; for (;;) all.push(new Array(1e5).fill({})); }',
    {
      memoryMb: 128,
    },
  );
  const outcome = await run.invoke({});
  expect(outcome).toMatchObject({
    ok: false,
    error: { errorMessage: expect.stringMatching(/signal: (aborted|killed)/) },
  });
});

test('time that is out kills it, also in a loop', async () => {
  const run = await heavyOf('let n = 0; exports.run = async (e) => { n += 1; while (e.loop) n += 0; return n; }', {
    timeoutSeconds: 2,
  });
  const [looping, next] = await Promise.all([run.invoke({ loop: true }), run.invoke({})]);
  expect(looping).toMatchObject({ ok: false, error: { errorType: 'Sandbox.Timedout' } });
  expect(next).toEqual({ ok: true, result: 1 });
});

test.each([
  ['an uncaught error', 'setTimeout(() => { throw new RangeError("late"); })', { errorType: 'RangeError' }],
  ['an unhandled rejection', 'Promise.reject(new RangeError("late"))', { errorMessage: 'late' }],
  [
    'exit',
    'process.exit(3)',
    { errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('exit status 3') },
  ],
])('a process that %s ends is replaced', async (_name, dying, error) => {
  const run = await heavyOf(
    `exports.run = async (e) => { if (e.die) { ${dying}; await new Promise(() => setTimeout(() => {}, 60000)); } return 1; }`,
  );
  expect(await run.invoke({ die: true })).toMatchObject({ ok: false, error });
  expect(await run.invoke({})).toEqual({ ok: true, result: 1 });
});

test('code that cannot be loaded is an error that says why', async () => {
  const run = await heavyOf('exports.other = 1');
  expect(await run.invoke({})).toMatchObject({
    ok: false,
    error: { errorMessage: 'handler.js exports no function run' },
  });
});

test('what it prints goes to its log', async () => {
  const run = await heavyOf('exports.run = async () => { console.log("to out"); console.error("to err"); }');
  await run.invoke({});
  await run.close();
  const log = readFileSync(join(dir, 'logs', `${run.name}.log`), 'utf8');
  expect(log).toContain('to out\n');
  expect(log).toContain('to err\n');
});

test("is on the sandbox's clock, also when that moves during an invocation", async () => {
  const started = join(dir, 'started');
  const run = await heavyOf(`const { writeFileSync } = require('node:fs');
    exports.run = async ({ until }) => {
      writeFileSync(${JSON.stringify(started)}, 'x');
      while (Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
      return Date.now();
    }`);
  const dayMs = 24 * 3600 * 1000;
  clock.advance(dayMs);
  expect(Math.abs((await resultOf<number>(run, { until: 0 })) - clock.now())).toBeLessThan(dayMs / 24);
  rmSync(started);
  const until = clock.now() + dayMs;
  const running = resultOf<number>(run, { until });
  for (let there = false; !there; await new Promise((resolve) => setTimeout(resolve, 5)))
    try {
      there = readFileSync(started, 'utf8') === 'x';
    } catch {
      // Not yet.
    }
  clock.advance(dayMs);
  expect(await running).toBeGreaterThanOrEqual(until);
});

/** Also one that ended but that nobody has asked about. */
const isGone = (pid: number): boolean => {
  try {
    return /^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
};

test('ends with the process that started it, when that is killed too', async () => {
  const pidFile = join(dir, 'pid');
  const definition = definitionOf(`const { renameSync, writeFileSync } = require('node:fs');
    exports.run = async () => {
      writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
      renameSync(${JSON.stringify(pidFile)}, ${JSON.stringify(`${pidFile}.whole`)});
      await new Promise(() => setInterval(() => {}, 1000));
    }`);
  const source = (file: string): string => JSON.stringify(pathToFileURL(join(__dirname, file)).href);
  const script = `
    import { existsSync, readFileSync } from 'node:fs';
    import { startFunction } from ${source('function.ts')};
    import { sandboxClock } from ${source('../../clock.ts')};
    const run = await startFunction(${JSON.stringify(definition)}, { ...${JSON.stringify(options)}, clock: sandboxClock() });
    void run.invoke({});
    const whole = ${JSON.stringify(`${pidFile}.whole`)};
    while (!existsSync(whole)) await new Promise((resolve) => setTimeout(resolve, 10));
    console.log(readFileSync(whole, 'utf8'));`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(parent, 'exit');
  const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
  const pid = Number(line);
  expect(isGone(pid)).toBe(false);
  parent.kill('SIGKILL');
  await exit;
  while (!isGone(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
});

test('closing ends its processes', async () => {
  const run = await heavyOf('exports.run = async () => process.pid', {}, 2);
  const pid = await resultOf<number>(run);
  expect(isGone(pid)).toBe(false);
  await run.close();
  expect(isGone(pid)).toBe(true);
});
