import type { Window } from '../frame.ts';
import { DOUBLED } from './byte-kinds.ts';
import { amountOfPrice, currencyOfPrice, wordOf } from './decide-value.ts';
import { hash64 } from './hash.ts';
import { type ItemBlock, isFull, PENDING, VALID } from './item-block.ts';
import { DOUBT, type Rules } from './rules.ts';
import { type Cells, cellsFor, ODD, splitRow } from './split-row.ts';
import { writeItem } from './write-item.ts';
import { type Bytes, bytesOf } from './write-json.ts';

/** Why the kernel stopped: what is at hand is no row like the others, or none to be read; or the block has no room for it. */
export type Stop = 'odd' | 'full';

/**
 * Moves through a window from row to row and adds each to the block, as long as rows are framed as they should be. A row
 * in doubt is added as PENDING.
 */
export type Kernel = (window: Window, block: ItemBlock) => Stop;

/** What is compared of a valid row, beside its item. */
const noteRow = (rules: Rules, bytes: Uint8Array, { from, to }: Cells, block: ItemBlock): void => {
  const price = rules.cell[rules.price]!;
  const availability = rules.cell[rules.availability]!;
  const { count } = block;
  block.verdicts[count] = VALID;
  block.amounts[count] = amountOfPrice(bytes, from[price]!, to[price]!);
  block.currencies[count] = currencyOfPrice(bytes, from[price]!, to[price]!);
  block.availabilities[count] = wordOf(bytes, from[availability]!, to[availability]!, rules.words[rules.availability]!);
};

/**
 * @param longest bytes of a row at most
 * @param seed of the fingerprints
 */
export const openKernel = (rules: Rules, longest: number, seed: number): Kernel => {
  const cells = cellsFor(rules.width);
  const id = rules.cell[0]!;

  /** Writes the row's item behind the others; where it ends, or DOUBT. */
  const write = (source: Bytes, target: Bytes, at: number): number => {
    // The id's hash is one of its text, and here are only its bytes.
    if ((cells.holds[id]! & DOUBLED) !== 0) return DOUBT;
    return writeItem(rules, source, cells, target, at);
  };

  return (window, block) => {
    const source = bytesOf(window.bytes);
    const target = bytesOf(block.bytes);
    const until = window.until - window.base;
    for (;;) {
      if (isFull(block)) return 'full';
      const start = window.at;
      if (start >= until) return 'odd';
      const next = splitRow(source.bytes, source.view, start, longest, cells);
      if (next === ODD) return 'odd';
      const { count, written } = block;
      if (written + rules.fixedBytes + rules.bytesPerByte * (next - start) > target.bytes.length) return 'full';

      block.lines[count] = window.line;
      const end = write(source, target, written);
      if (end === DOUBT) {
        block.verdicts[count] = PENDING;
        block.starts[count] = start;
      } else {
        block.starts[count] = written;
        block.ends[count] = end - 1;
        hash64(source.view, cells.from[id]!, cells.to[id]!, 0, block.idHashes, 2 * count);
        hash64(target.view, written, end - 1, seed, block.fingerprints, 2 * count);
        noteRow(rules, source.bytes, cells, block);
        block.written = end;
      }
      block.count++;
      window.line += cells.lines;
      window.at = next;
    }
  };
};
