/** What the command line asks for. */
import { parseArgs } from 'node:util';

export type Task =
  | { kind: 'help' }
  | { kind: 'seeds'; from: number; seeds: number }
  | { kind: 'seed'; seed: number }
  | { kind: 'sweep' }
  | { kind: 'regressions' }
  | { kind: 'release' }
  /** `name` null: all. `from` null: from 1 on, after the seed that is known to catch it. */
  | { kind: 'mutants'; name: string | null; from: number | null; seeds: number };

export interface Flags {
  task: Task;
  workers: number;
  keep: boolean;
  json: boolean;
  strict: boolean;
}

export const HELP = `npm run simulate -- [what] [how]

what:
  --seeds N       runs so many seeds (2000; 10000 for a mutant)
  --from N        from this one on (1)
  --seed S        runs one seed and prints its whole time line
  --sweep         the plain story once for each fault at each call
  --regressions   runs what broke something once
  --release       keeps the services as they are as the version before, which half of the workers of mixed worlds run
  --mutant NAME   builds in a defect and looks for a seed that shows it
  --mutants       all of them, one after the other; what is known to catch one is tried first, but for --from
how:
  --workers K     threads (one a core); 1 stays in this process
  --keep          keeps what broke something, made small, in simulation/regressions; with --mutants: which seeds caught them
  --strict        a state that was never reached, or a defect that shows otherwise than it should, counts as a failure
  --json          figures as JSON
`;

const OPTIONS = {
  seeds: { type: 'string' },
  from: { type: 'string' },
  seed: { type: 'string' },
  sweep: { type: 'boolean' },
  regressions: { type: 'boolean' },
  release: { type: 'boolean' },
  mutant: { type: 'string' },
  mutants: { type: 'boolean' },
  workers: { type: 'string' },
  keep: { type: 'boolean' },
  json: { type: 'boolean' },
  strict: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const TASKS = ['seed', 'sweep', 'regressions', 'release', 'mutant', 'mutants'] as const;

const whole = (name: string, text: string | undefined, least: number): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new Error(`--${name} is a whole number from ${least}, not "${text}"`);
  return Number(text);
};

/** Throws, with one line for whoever typed it, when it makes no sense. */
export const readFlags = (words: readonly string[], cores: number): Flags => {
  const { values } = parseArgs({ args: [...words], options: OPTIONS });
  const chosen = TASKS.filter((name) => values[name] !== undefined);
  if (chosen.length > 1) throw new Error(`${chosen.map((name) => `--${name}`).join(' and ')} are two different things`);
  const [what] = chosen;
  for (const name of ['seeds', 'from'] as const) {
    if (values[name] !== undefined && what !== undefined && !what.startsWith('mutant'))
      throw new Error(`--${name} says nothing beside --${what}`);
  }
  const seeds = whole('seeds', values.seeds, 1);
  const from = whole('from', values.from, 0);
  const taskOf = (): Task => {
    if (values.help) return { kind: 'help' };
    if (what === 'seed') return { kind: what, seed: whole('seed', values.seed, 0) ?? 1 };
    if (what === 'sweep' || what === 'regressions' || what === 'release') return { kind: what };
    if (what === undefined) return { kind: 'seeds', from: from ?? 1, seeds: seeds ?? 2000 };
    return { kind: 'mutants', name: values.mutant ?? null, from: from ?? null, seeds: seeds ?? 10_000 };
  };
  return {
    task: taskOf(),
    workers: whole('workers', values.workers, 1) ?? cores,
    keep: values.keep ?? false,
    json: values.json ?? false,
    strict: values.strict ?? false,
  };
};
