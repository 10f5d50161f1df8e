import type { Random } from './random.ts';

/** Something that reads bytes from outside, and what must hold whatever the bytes are. */
export interface Target {
  name: string;
  /** Its folder below corpus/; targets that read the same things share one. */
  corpus: string;
  /** What files that are added to the corpus end with. */
  ending: string;
  /** Pieces that mean something to this reader; mutations put them in. */
  dictionary: readonly (string | Uint8Array)[];
  /** Bytes of a mutated input at most. */
  largest: number;
  /** How long one input may take; generous, for machines that do other things as well. */
  longestMs?: number;
  /** Mutated inputs that the test tries, where the usual number takes too long. */
  testRuns?: number;
  /** A mutation that knows the form of an input. */
  reshape?: (input: Buffer, random: Random) => Buffer;
  open(): Promise<Opened>;
}

export interface Opened {
  /**
   * Reads one input. Throws `Broken` where a property does not hold; gives a short word for the kind of result.
   * With a turn, costly checks take turns; without one, all of them are made.
   */
  run(input: Buffer, turn?: number): Promise<string>;
  close(): Promise<void>;
}

/** For targets that hold nothing open. */
export const pure = (run: Opened['run']) => async (): Promise<Opened> => ({ run, close: async () => {} });

/** A property that does not hold. */
export class Broken extends Error {
  readonly property: string;
  constructor(property: string, detail: string) {
    super(detail);
    this.name = 'Broken';
    this.property = property;
  }
}

export const must = (holds: boolean, property: string, detail: () => string = () => ''): void => {
  if (!holds) throw new Broken(property, detail());
};

/** A number's size, roughly, for the word of a result: 0, 1, 2, 4, 8 … */
export const size = (n: number): number => (n === 0 ? 0 : 2 ** Math.floor(Math.log2(n)));
