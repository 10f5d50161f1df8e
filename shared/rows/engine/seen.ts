/** Where ids were seen first, by their hash: a table of numbers, as a Map of a million texts takes 100 MB and more. */
export interface Seen {
  /** The line at which this id came before, or 0; in that case it is remembered, unless `most` others are. */
  lineBefore(high: number, low: number, line: number): number;
}

/** Entries of three numbers (line, high, low) side by side, so that a look at one is a look at one place of memory. */
interface Table {
  size: number;
  /** An entry whose line is 0 is free. */
  entries: Uint32Array;
}

const tableOf = (size: number): Table => ({ size, entries: new Uint32Array(3 * size) });

/** Where the entry of an id begins, or the free one where it belongs. */
const placeOf = ({ size, entries }: Table, high: number, low: number): number => {
  const end = 3 * size;
  let at = 3 * Math.floor((low / 2 ** 32) * size);
  while (entries[at] !== 0 && (entries[at + 1] !== high || entries[at + 2] !== low)) at = at + 3 === end ? 0 : at + 3;
  return at;
};

const put = (table: Table, line: number, high: number, low: number): void => {
  const at = placeOf(table, high, low);
  table.entries[at] = line;
  table.entries[at + 1] = high;
  table.entries[at + 2] = low;
};

const grown = ({ entries }: Table, size: number): Table => {
  const larger = tableOf(size);
  for (let at = 0; at < entries.length; at += 3)
    if (entries[at] !== 0) put(larger, entries[at]!, entries[at + 1]!, entries[at + 2]!);
  return larger;
};

const firstSize = 1_024;
/** Two thirds full, a search looks at two places on average. */
const roomy = 1.5;
const lastLine = 2 ** 32 - 1;

/** @param most ids that are remembered */
export const openSeen = (most: number): Seen => {
  const largest = Math.max(firstSize, Math.ceil(most * roomy));
  // The last step is a large one: while a table grows, both take memory.
  const sizeAfter = (before: number): number => (4 * before > largest ? largest : 2 * before);
  let table = tableOf(firstSize);
  let size = 0;
  return {
    lineBefore: (high, low, line) => {
      const before = table.entries[placeOf(table, high, low)]!;
      if (before !== 0 || size >= most) return before;
      if (++size * roomy > table.size) table = grown(table, sizeAfter(table.size));
      // No file that is read has so many lines of products; one of blank lines might.
      put(table, Math.min(line, lastLine), high, low);
      return 0;
    },
  };
};
