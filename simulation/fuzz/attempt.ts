import { watchPrototypes } from './prototypes.ts';
import { Broken, type Opened } from './target.ts';

export type Attempt =
  | { kind: 'fine'; signature: string }
  /** `property` says what does not hold; the same one must be seen again while an input is made smaller. */
  | { kind: 'broken'; property: string; why: string };

const LONGEST_MS = 2_000;

const broken = (property: string, why: string): Attempt => ({ kind: 'broken', property, why });

const within = async (work: Promise<string>, ms: number): Promise<string> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Broken('every input ends', `no end after ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

const once = async (
  opened: Opened,
  input: Buffer,
  longestMs: number,
  turn?: number,
): Promise<Attempt & { ms: number }> => {
  const changed = watchPrototypes();
  const start = performance.now();
  let attempt: Attempt;
  try {
    // Much longer than is allowed: that it never ends is another thing than that it is slow.
    attempt = { kind: 'fine', signature: await within(opened.run(Buffer.from(input), turn), 5 * longestMs) };
  } catch (error) {
    attempt =
      error instanceof Broken
        ? broken(error.property, error.message)
        : broken('nothing crashes', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const ms = performance.now() - start;
  const names = changed();
  return { ...(names.length > 0 ? broken('no prototype changes', names.join(', ')) : attempt), ms };
};

/** Tries one input, with what holds for all targets: no crash, an end in time, and prototypes as they were. */
export const attempt = async (
  opened: Opened,
  input: Buffer,
  longestMs = LONGEST_MS,
  turn?: number,
): Promise<Attempt> => {
  const { ms, ...first } = await once(opened, input, longestMs, turn);
  if (first.kind === 'broken' || ms <= longestMs) return first;
  // The machine may have been busy: only what is slow twice is slow.
  const again = await once(opened, input, longestMs, turn);
  return again.ms <= longestMs
    ? first
    : broken('every input ends in time', `${input.length} bytes took ${Math.round(Math.min(ms, again.ms))} ms`);
};
