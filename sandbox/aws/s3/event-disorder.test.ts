import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type SandboxClock, sandboxClock } from '../../clock.ts';
import { type EventDisorder, openDisorder } from './event-disorder.ts';
import type { S3Event } from './options.ts';

const event = (n: number): S3Event => ({ detailType: 'Object Created', bucket: 'b', detail: { n }, at: n });
const numberOf = ({ detail }: S3Event): number => (detail as { n: number }).n;

let dir: string;
let clock: SandboxClock;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'disorder-'));
  clock = sandboxClock();
});
afterEach(async () => {
  clock.stop();
  await rm(dir, { recursive: true });
});

const open = (disorder: EventDisorder, ready = Promise.resolve(), on = clock) => {
  const heard: number[] = [];
  return {
    heard,
    ...openDisorder({ disorder, dir, clock: on, ready, send: (one) => heard.push(numberOf(one)) }),
  };
};
/** What is heard of the events 0, 1, 2 ... and so on. */
const heardOf = (disorder: EventDisorder, count: number): number[] => {
  const { heard, say, close } = open(disorder);
  for (let n = 0; n < count; n += 1) say(event(n));
  close();
  return heard;
};
const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const counted = (numbers: readonly number[]): Map<number, number> =>
  numbers.reduce((counts, n) => counts.set(n, (counts.get(n) ?? 0) + 1), new Map<number, number>());
const inOrder = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

test('without shares each event comes once, at once and in order', () => {
  const { heard, say } = open({ duplicate: 0, reorder: 0, seed: 7 });
  for (const n of inOrder(200)) {
    say(event(n));
    expect(heard).toHaveLength(n + 1);
  }
  expect(heard).toEqual(inOrder(200));
});

test('about the share of events that is asked for comes twice, and the first time in order', () => {
  const heard = heardOf({ duplicate: 0.1, reorder: 0, seed: 1 }, 2000);
  const twice = [...counted(heard).values()].filter((times) => times === 2).length;
  expect(twice).toBeGreaterThan(120);
  expect(twice).toBeLessThan(280);
  expect([...new Set(heard)]).toEqual(inOrder(2000));
});

test('about the share of events that is asked for is overtaken, by three at most, and each comes once', () => {
  const heard = heardOf({ duplicate: 0, reorder: 0.1, seed: 1 }, 2000);
  expect(ascending(heard)).toEqual(inOrder(2000));
  const overtaken = heard.filter((n, at) => heard.slice(Math.max(at - 10, 0), at).some((other) => other > n));
  expect(overtaken.length).toBeGreaterThan(120);
  expect(overtaken.length).toBeLessThan(280);
  for (const n of overtaken) expect(heard.indexOf(n)).toBeLessThanOrEqual(n + 3);
});

test('no event is lost, none comes more than twice, and the same seed strays in the same way', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer(),
      fc.nat(60),
      (duplicate, reorder, seed, count) => {
        const heard = heardOf({ duplicate, reorder, seed }, count);
        expect(ascending([...new Set(heard)])).toEqual(inOrder(count));
        for (const times of counted(heard).values()) expect(times).toBeLessThanOrEqual(2);
        expect(heardOf({ duplicate, reorder, seed }, count)).toEqual(heard);
      },
    ),
    { numRuns: 40 },
  );
});

test('another seed strays at other events', () => {
  const shares = { duplicate: 0.1, reorder: 0.1 };
  expect(heardOf({ ...shares, seed: 1 }, 100)).not.toEqual(heardOf({ ...shares, seed: 2 }, 100));
});

test('what nothing overtakes comes after two seconds of the clock', () => {
  const { heard, say } = open({ duplicate: 1, reorder: 1, seed: 1 });
  say(event(0));
  expect(heard).toEqual([]);
  clock.advance(2000);
  expect(heard).toEqual([0, 0]);
  clock.advance(60_000);
  expect(heard).toEqual([0, 0]);
});

test('what was late when the process died comes at the next start, when all is ready', async () => {
  const died = open({ duplicate: 0, reorder: 1, seed: 1 });
  died.say(event(5));
  clock.stop();
  expect(died.heard).toEqual([]);

  const ready = Promise.withResolvers<void>();
  const now = sandboxClock();
  const next = open({ duplicate: 0, reorder: 1, seed: 1 }, ready.promise, now);
  next.say(event(6));
  expect(JSON.parse(await readFile(join(dir, 'late-events.json'), 'utf8')).map(numberOf)).toEqual([5, 6]);
  ready.resolve();
  await ready.promise;
  expect(next.heard).toEqual([5]);
  next.close();
  expect(next.heard).toEqual([5, 6]);
  now.stop();

  const last = open({ duplicate: 0, reorder: 0, seed: 1 });
  await Promise.resolve();
  expect(last.heard).toEqual([]);
});

test('a server that ends before it is ready leaves what was late to the next', async () => {
  open({ duplicate: 0, reorder: 1, seed: 1 }).say(event(5));
  clock.stop();
  const ready = Promise.withResolvers<void>();
  const between = open({ duplicate: 0, reorder: 0, seed: 1 }, ready.promise);
  between.close();
  ready.resolve();
  await ready.promise;
  expect(between.heard).toEqual([]);
  const last = open({ duplicate: 0, reorder: 0, seed: 1 });
  await Promise.resolve();
  expect(last.heard).toEqual([5]);
});

test('shares that are none and a damaged file are refused', async () => {
  expect(() => open({ duplicate: 1.1, reorder: 0, seed: 1 })).toThrow(/duplicate must lie between 0 and 1, not be 1.1/);
  expect(() => open({ duplicate: 0, reorder: Number.NaN, seed: 1 })).toThrow(/reorder must lie between 0 and 1/);
  await writeFile(join(dir, 'late-events.json'), '[{');
  expect(() => open({ duplicate: 0, reorder: 0, seed: 1 })).toThrow(/late-events.json cannot be read/);
});
