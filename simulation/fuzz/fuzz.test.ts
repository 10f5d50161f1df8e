import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { onQueue } from '../../shared/edge/on-queue.ts';
import { readRows } from '../../shared/rows/read-rows.ts';
import { header } from '../../shared/rows/testing.ts';
import type { readSettings } from '../../shared/settings.ts';
import { attempt } from './attempt.ts';
import { corpusOf, keep } from './corpus.ts';
import { fuzz } from './fuzz.ts';
import { minimise } from './minimise.ts';
import { mutate } from './mutate.ts';
import { randomOf } from './random.ts';
import { failureText } from './show.ts';
import { pure, type Target } from './target.ts';
import { csv } from './targets/csv.ts';
import { targets } from './targets/index.ts';
import { queue } from './targets/queue.ts';
import type { Reader } from './targets/read-all.ts';
import { settings } from './targets/settings.ts';

const CORPUS = join(__dirname, 'corpus');
const SEED = 1;
const RUNS = 2_000;

const fuzzed = async (target: Target, runs: number, folder = CORPUS, seed = SEED) => {
  const opened = await target.open();
  try {
    return await fuzz(target, opened, corpusOf(folder, target), { seed, runs });
  } finally {
    await opened.close();
  }
};

describe('whatever the bytes are, all holds', () => {
  test.each(targets.map((target) => [target.name, target] as const))('for %s', async (_name, target) => {
    expect(corpusOf(CORPUS, target).length).toBeGreaterThan(4);
    const report = await fuzzed(target, target.testRuns ?? RUNS);
    expect(failureText(target, report, 'corpus', SEED)).toBe('');
    expect(report.signatures).toBeGreaterThan(5);
  });
});

/** Looks at a file's pieces before the right reader does. */
const readerThat = (spoil: (pieces: Buffer[]) => Buffer[]): Reader =>
  async function* (source, options) {
    const pieces: Buffer[] = [];
    for await (const piece of source) pieces.push(Buffer.from(piece));
    const spoilt = spoil(pieces);
    return yield* readRows(
      (async function* () {
        yield* spoilt;
      })(),
      options,
    );
  };

const crashing = readerThat((pieces) => {
  if (Buffer.concat(pieces).includes('""')) throw new TypeError('index out of range');
  return pieces;
});
const losingSmallPieces = readerThat((pieces) => pieces.filter(({ length }) => length !== 1));
const losingTheLastRow: Reader = async function* (source, options) {
  const reading = readRows(source, options);
  let next = await reading.next();
  while (next.done !== true) {
    const { value } = next;
    next = await reading.next();
    if (next.done !== true) yield value;
  }
  return next.value;
};

const merge = (into: Record<string, unknown>, from: Record<string, unknown>): Record<string, unknown> => {
  for (const key of Object.keys(from)) {
    const [old, value] = [into[key], from[key]];
    const both = typeof old === 'object' && old !== null && typeof value === 'object' && value !== null;
    if (both) merge(old as Record<string, unknown>, value as Record<string, unknown>);
    else into[key] = value;
  }
  return into;
};
const polluting = ((given: unknown) => {
  if (typeof given === 'object' && given !== null) merge({}, given as Record<string, unknown>);
  throw new Error('the settings of the catalogs are wrong: all of them');
}) as typeof readSettings;

const forgetting: typeof onQueue = async ({ Records }, work) => {
  for (const { body } of Records) await work.park({ why: 'not-an-event', event: '', hash: '', body }).catch(() => {});
  return { batchItemFailures: [] };
};

const inTemporaryFolder = async (work: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

describe('what is broken on purpose is seen, made small, and kept', () => {
  test.each<[string, Target, string, string, number]>([
    ['a reader that crashes on two quotes', csv(crashing), 'id,title\n1,Cup\n', 'nothing crashes', 2],
    ['a reader that loses pieces of one byte', csv(losingSmallPieces), '', 'how bytes arrive changes nothing', 20],
    ['a reader that loses the last row', csv(losingTheLastRow), `${header}\n`, 'every row is given', header.length + 3],
    ['settings that are merged with whatever key', settings(polluting), '{}', 'no prototype changes', 60],
    [
      'an edge that gives nothing back',
      queue(forgetting),
      '',
      'what cannot be read is parked, or comes back to be parked',
      10,
    ],
  ])('%s', (_what, target, start, property, most) =>
    inTemporaryFolder(async (folder) => {
      const opened = await target.open();
      const corpus = [{ name: 'start', input: Buffer.from(start) }];
      const { failure } = await fuzz(target, opened, corpus, { seed: SEED, runs: 20_000 });
      expect(failure).toMatchObject({ property, file: null });
      expect(failure?.input.length).toBeLessThanOrEqual(most);
      keep(folder, target, failure!.input);
      const again = await fuzzed(target, 0, folder);
      expect(again.failure).toMatchObject({ file: expect.stringMatching(/^found-/), property });
    }),
  );

  test('work that never ends', async () => {
    const target = queue(() => new Promise(() => {}));
    expect(await attempt(await target.open(), Buffer.from('x'), 20)).toMatchObject({ property: 'every input ends' });
  });

  test('work that takes too long, twice', async () => {
    const slow = pure(() => new Promise((resolve) => setTimeout(resolve, 40, '')));
    expect(await attempt(await slow(), Buffer.from('x'), 20)).toMatchObject({ property: 'every input ends in time' });
    let calls = 0;
    const slowOnce = pure(() => new Promise((resolve) => setTimeout(resolve, calls++ === 0 ? 60 : 0, '')));
    expect(await attempt(await slowOnce(), Buffer.from('x'), 40)).toMatchObject({ kind: 'fine' });
  });
});

test('the same seed makes the same inputs', () => {
  const target = csv();
  const made = (seed: number): string[] => {
    const random = randomOf(seed);
    const others = corpusOf(CORPUS, target).map(({ input }) => input);
    return Array.from({ length: 50 }, () => mutate(random.pick(others), random, { target, others }).toString('hex'));
  };
  expect(made(7)).toEqual(made(7));
  expect(made(7)).not.toEqual(made(8));
});

test('pieces that are not needed are left out', async () => {
  const input = Buffer.from('a long text with "quotes" and, more');
  expect((await minimise(input, async (bytes) => bytes.includes('"') && bytes.includes(','))).toString()).toBe('",');
});

describe('the command', () => {
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, [join(__dirname, 'main.ts'), ...words]).then(
      ({ stdout }) => ({ code: 0, stdout }),
      ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
    );

  test('ends by itself and says what it did', async () => {
    const { code, stdout } = await run('--target', 'queue', '--runs', '50');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^queue +50 runs +[\d,]+ a second +\d+ signatures\n$/)]);
  });

  test('says what it does not understand', async () => {
    expect(await run('--target', 'everything')).toMatchObject({ code: 64 });
    expect(await run('--runs', 'many')).toMatchObject({ code: 64 });
  });
});
