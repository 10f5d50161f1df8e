/** The simulation itself, in processes of its own: there it runs ten times as fast as in a test's sandbox. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Figures } from './command/figures.ts';
import { mutants } from './mutants/index.ts';

const MINUTE = 60_000;

/** `npm run simulate -- …`: its exit code, what it says, and what it says in JSON. */
const simulate = async (...words: string[]) => {
  const child = spawn(process.execPath, [join(__dirname, 'main.ts'), ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { out: '', err: '' };
  child.stdout.on('data', (part) => (text.out += String(part)));
  child.stderr.on('data', (part) => (text.err += String(part)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
};
const figuresOf = (out: string) => JSON.parse(out) as Figures & { explained: { text: string }[] };
/** What a person needs who sees this test fail. */
const stories = ({ explained }: ReturnType<typeof figuresOf>): string => explained.map(({ text }) => text).join('\n\n');

describe('the simulation', () => {
  test(
    'of two thousand seeds loses nothing, and comes through every state',
    async () => {
      const { code, out } = await simulate('--seeds', '2000', '--workers', '2', '--json');
      const figures = figuresOf(out);
      expect(stories(figures)).toBe('');
      expect(figures.failures).toEqual([]);
      expect(figures.runs).toBe(2000);
      expect(figures.syncs).toBeGreaterThan(2000);
      expect(figures.coverage.states.never).toEqual([]);
      expect(Object.keys(figures.struck)).toEqual(
        expect.arrayContaining(['crash-before', 'lost-event', 'handle-stuck']),
      );
      expect(code).toBe(0);
    },
    5 * MINUTE,
  );

  test(
    'of the plain story with each fault at each call loses nothing',
    async () => {
      const { code, out } = await simulate('--sweep', '--workers', '2', '--json');
      const figures = figuresOf(out);
      expect(stories(figures)).toBe('');
      expect(figures.failures).toEqual([]);
      expect(figures.runs).toBeGreaterThan(1500);
      expect(code).toBe(0);
    },
    5 * MINUTE,
  );

  test(
    'of what broke something once breaks nothing',
    async () => {
      const { code, out } = await simulate('--regressions', '--json');
      expect((JSON.parse(out) as { broken: string | null }[]).filter(({ broken }) => broken !== null)).toEqual([]);
      expect(code).toBe(0);
    },
    MINUTE,
  );
});

describe('a defect that is built in', () => {
  test(
    'is caught, each by the seed that caught it before or by another soon, and shows where it should',
    async () => {
      const { code, out } = await simulate('--mutants', '--seeds', '300', '--workers', '2', '--strict', '--json');
      const hunts = JSON.parse(out) as { name: string; broken: string | null; expected: boolean }[];
      expect(hunts.filter(({ broken, expected }) => broken === null || !expected)).toEqual([]);
      expect(hunts.map(({ name }) => name)).toEqual(mutants.map(({ name }) => name));
      expect(code).toBe(0);
    },
    10 * MINUTE,
  );
});

describe('the command', () => {
  test(
    'tells the whole story of one seed',
    async () => {
      const { code, out } = await simulate('--seed', '7');
      expect(out).toMatch(/^files \(\d+\):\n/);
      expect(out).toContain('time line:\n');
      expect(out).toContain('--- calm ---');
      expect(out).toMatch(/\nnothing broke\n$/);
      expect(code).toBe(0);
    },
    MINUTE,
  );

  test(
    'gives the same figures in this process as in threads',
    async () => {
      const [one, two] = await Promise.all(
        ['1', '2'].map((workers) => simulate('--seeds', '20', '--workers', workers, '--json')),
      );
      const { calls, struck, coverage } = figuresOf(one!.out);
      expect(figuresOf(two!.out)).toMatchObject({ runs: 20, calls, struck, coverage: { states: coverage.states } });
    },
    MINUTE,
  );

  test.each([
    ['--help', 0, 'npm run simulate', ''],
    ['--seeds none', 64, '', '--seeds is a whole number from 1, not "none"'],
    ['--mutant nobody', 64, '', '--mutant is one of '],
  ])(
    '%s ends with %i',
    async (words, expected, out, err) => {
      const said = await simulate(...words.split(' '));
      expect(said.code).toBe(expected);
      expect(said.out).toContain(out);
      expect(said.err).toContain(err);
      if (expected === 64) expect(said.err.trimEnd()).not.toContain('\n');
    },
    MINUTE,
  );
});
