/**
 * Where rows begin in the middle of a file, if one may not read all that stands before. No look at some bytes can be sure of
 * it, as texts in quotes may hold anything; so this is a guess, nearly always right, and whoever reads the bytes before says
 * whether it is (`shards.ts`).
 */
import { cellsOf } from './cells.ts';
import { nextLine, nextRow, rowSeemsAt, type Window } from './frame.ts';
import type { Layout } from './header.ts';
import type { Limits } from './limits.ts';

/** Where to begin to look, before the place in question: a row that is found there leads to the right ones behind it. */
export const LOOK_BACK = 65_536;

const address = /^\s*https?:\/\//i;
const addresses = ['link', 'image_link'];

/** Whether a row that seems to begin at `at` has addresses where they belong; where the next one begins. */
const looksRight = (window: Window, layout: Layout, at: number, longest: number): number | 'more' | undefined => {
  const row = rowSeemsAt(window, at, longest, layout.width);
  if (row === undefined || row === 'more') return row;
  const [cells = []] = cellsOf([window.bytes.subarray(at, row.end)]);
  const fine = layout.required.every(
    ({ column, index }) => !addresses.includes(column.name) || address.test(cells[index] ?? ''),
  );
  return fine ? row.next : undefined;
};

/** The first line at hand at which two rows seem to follow each other. */
const firstRow = (window: Window, layout: Layout, longest: number): number | 'more' | undefined => {
  let more = false;
  const isRowAt = (at: number): boolean => {
    const next = looksRight(window, layout, at, longest);
    if (next === 'more') more = true;
    if (typeof next !== 'number') return false;
    if (next === window.bytes.length) return window.atEnd;
    const after = looksRight(window, layout, next, longest);
    if (after === 'more') more = true;
    return typeof after === 'number';
  };
  for (
    let line = nextLine(window, 0);
    line !== undefined && line < window.bytes.length;
    line = nextLine(window, line)
  ) {
    if (isRowAt(line)) return line;
  }
  return more ? 'more' : undefined;
};

/**
 * Moves a window, which begins some way before `from`, to where the first row begins that starts at `from` or behind; lines
 * count from there. False if more bytes are needed to tell.
 */
export const approach = (window: Window, layout: Layout, limits: Limits, from: number): boolean => {
  const longest = limits.recordBytes;
  const arrive = (at: number, lost: boolean): boolean => {
    Object.assign(window, { at, lost, line: 1, spent: 0 });
    return true;
  };
  const wanted = from - window.base;
  // Only what seems to be longer than a row may be would need more than this.
  const enough = window.atEnd || window.bytes.length > wanted + 2 * longest;
  if (window.bytes.length <= wanted && !window.atEnd) return false;

  const first = firstRow(window, layout, longest);
  if (first === 'more' && !enough) return false;
  if (typeof first === 'number') {
    const walk: Window = { ...window, at: first, until: from };
    let row = nextRow(walk, longest, layout.width);
    while (row.kind === 'record' || row.kind === 'bad-quote') row = nextRow(walk, longest, layout.width);
    if (row.kind === 'more') return false;
    if (row.kind === 'end') return arrive(walk.at, walk.lost);
  }
  // Nothing looks like a row. It will be read from the right place once the bytes before are.
  return arrive(Math.min(wanted, window.bytes.length), false);
};
