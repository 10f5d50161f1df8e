import { attempt } from './attempt.ts';
import type { Kept } from './corpus.ts';
import { minimise } from './minimise.ts';
import { mutate } from './mutate.ts';
import { randomOf } from './random.ts';
import type { Opened, Target } from './target.ts';

export interface Failure {
  /** The smallest input found that fails so. */
  input: Buffer;
  /** Bytes of the input that failed first. */
  foundWith: number;
  /** The corpus file that failed, if it was one. */
  file: string | null;
  property: string;
  why: string;
}

export interface Report {
  runs: number;
  /** Kinds of results that were seen. */
  signatures: number;
  ms: number;
  failure: Failure | null;
}

export interface Options {
  seed: number;
  /** Mutated inputs at most. */
  runs?: number;
  seconds?: number;
  /** Called before each input is tried. */
  onInput?: (input: Buffer) => void;
  onProgress?: (report: Report) => void;
}

/** Inputs that gave something new are mutated further; more than this many only crowd each other out. */
const MOST_SEEDS = 3_000;
const PROGRESS_MS = 5_000;
const MINIMISE_MS = 30_000;

/** Runs the corpus, then mutations of it, until a property breaks, or `runs` or `seconds` are over. */
export const fuzz = async (
  target: Target,
  opened: Opened,
  corpus: readonly Kept[],
  { seed, runs = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY, onInput, onProgress }: Options,
): Promise<Report> => {
  const random = randomOf(seed);
  const seen = new Set<string>();
  const start = performance.now();
  let tried = 0;
  const report = (failure: Failure | null): Report => ({
    runs: tried,
    signatures: seen.size,
    ms: performance.now() - start,
    failure,
  });
  const tryOne = (input: Buffer, turn?: number) => {
    onInput?.(input);
    return attempt(opened, input, target.longestMs, turn);
  };

  const seeds: Buffer[] = [];
  for (const { name, input } of corpus) {
    const result = await tryOne(input);
    if (result.kind === 'broken') {
      const { property, why } = result;
      return report({ input, foundWith: input.length, file: name, property, why });
    }
    seen.add(result.signature);
    seeds.push(input);
  }
  if (seeds.length === 0) seeds.push(Buffer.alloc(0));
  const examples = seeds.length;

  let told = start;
  while (tried < runs && performance.now() - start < seconds * 1_000) {
    tried++;
    // Half of them from real examples, which otherwise drown in their own strange descendants.
    const parent = seeds[random.below(random.oneIn(2) ? examples : seeds.length)]!;
    const input = mutate(parent, random, { target, others: seeds });
    const turn = tried;
    const result = await tryOne(input, turn);
    if (result.kind === 'broken') {
      let { why } = result;
      const smallest = await minimise(
        input,
        async (candidate) => {
          const again = await tryOne(candidate, turn);
          if (again.kind !== 'broken' || again.property !== result.property) return false;
          why = again.why;
          return true;
        },
        { until: performance.now() + MINIMISE_MS },
      );
      return report({ input: smallest, foundWith: input.length, file: null, property: result.property, why });
    }
    if (!seen.has(result.signature)) {
      seen.add(result.signature);
      if (seeds.length < MOST_SEEDS) seeds.push(input);
    }
    if (performance.now() - told > PROGRESS_MS) {
      told = performance.now();
      onProgress?.(report(null));
    }
  }
  return report(null);
};
