import { hasWideBlankAround } from './blanks.ts';
import { BLANK, CONTROL, DOUBLED, kinds, NUL, QUOTE, QUOTED, WIDE } from './byte-kinds.ts';
import { mayBeCapitals, mayBeMangled, utf16Length } from './decide-text.ts';
import { amountOfPrice, currencyOfPrice, isGtin, isUrl, isWholeNumber, wordOf } from './decide-value.ts';
import {
  CLOSE_LIST,
  DOUBT,
  GTIN,
  IDENTIFIER,
  itemEnd,
  LIST,
  OPEN_LIST,
  PRICE,
  PROSE,
  REQUIRED,
  type Rules,
  TEXT,
  URL,
  URL_LIST,
  WHOLE_NUMBER,
  WORD,
} from './rules.ts';
import type { Cells } from './split-row.ts';
import { writeUrlList } from './url-list.ts';
import { type Bytes, copyEscaped } from './write-json.ts';

const end = Buffer.from(itemEnd);

/** Takes the blanks of ASCII off both ends of a cell; false if there are others. */
const trim = (bytes: Uint8Array, cells: Cells, cell: number): boolean => {
  let from = cells.from[cell]!;
  let to = cells.to[cell]!;
  while (from < to && (kinds[bytes[from]!]! & BLANK) !== 0) from++;
  while (from < to && (kinds[bytes[to - 1]!]! & BLANK) !== 0) to--;
  cells.from[cell] = from;
  cells.to[cell] = to;
  return (cells.holds[cell]! & WIDE) === 0 || !hasWideBlankAround(bytes, from, to);
};

/** Whether a text that is not empty is certainly right, and nothing is to be warned of. Doubled quotes count as two. */
const isFineText = (rules: Rules, column: number, source: Bytes, from: number, to: number) => {
  const { bytes } = source;
  const asks = rules.asks[column]!;
  const longest = rules.most[column]!;
  if (to - from > longest && utf16Length(bytes, from, to) > longest) return false;
  if ((asks & IDENTIFIER) !== 0 && mayBeMangled(bytes, from, to)) return false;
  return (asks & PROSE) === 0 || !mayBeCapitals(source, from, to);
};

/** Whether a cell that is not empty is certainly what its rule wants. */
const isFine = (rules: Rules, column: number, source: Bytes, from: number, to: number, holds: number): boolean => {
  const { bytes } = source;
  switch (rules.kind[column]!) {
    case TEXT:
      return isFineText(rules, column, source, from, to);
    case PRICE:
      return currencyOfPrice(bytes, from, to) !== 0 && amountOfPrice(bytes, from, to) >= 0;
    case URL:
      return (holds & (CONTROL | DOUBLED)) === 0 && isUrl(bytes, from, to, (holds & QUOTED) !== 0);
    case WORD:
      return wordOf(bytes, from, to, rules.words[column]!) >= 0;
    case GTIN:
      return isGtin(bytes, from, to);
    case WHOLE_NUMBER:
      return isWholeNumber(bytes, from, to, rules.most[column]!);
    default:
      return false;
  }
};

const writeKey = ({ keys, keyEnds, keyLengths }: Rules, column: number, { view }: Bytes, start: number): number => {
  const to = keyEnds[column]!;
  let at = start;
  for (let n = column === 0 ? 0 : keyEnds[column - 1]!; n < to; n++, at += 4) view.setInt32(at, keys[n]!, true);
  return start + keyLengths[column]!;
};

/** Writes one cell as its field's value, if it is certainly right; otherwise DOUBT. */
const writeValue = (
  rules: Rules,
  column: number,
  source: Bytes,
  cells: Cells,
  target: Bytes,
  start: number,
): number => {
  const cell = rules.cell[column]!;
  const holds = cells.holds[cell]!;
  const { bytes } = source;
  const out = target.bytes;
  if ((holds & NUL) !== 0 || !trim(bytes, cells, cell)) return DOUBT;
  const from = cells.from[cell]!;
  const to = cells.to[cell]!;
  const asks = rules.asks[column]!;
  let at = start;
  if (from === to) {
    if ((asks & REQUIRED) !== 0) return DOUBT;
    out[at++] = (asks & LIST) === 0 ? QUOTE : OPEN_LIST;
    out[at++] = (asks & LIST) === 0 ? QUOTE : CLOSE_LIST;
    return at;
  }
  if (rules.kind[column] === URL_LIST) return writeUrlList(source, from, to, rules.most[column]!, target, at);
  if (!isFine(rules, column, source, from, to, holds)) return DOUBT;
  out[at++] = QUOTE;
  at = copyEscaped(source, cells, cell, target, at);
  out[at++] = QUOTE;
  return at;
};

/** A sale price must be below the price, in the same currency. Both are known to be prices. */
const isOnSale = (rules: Rules, bytes: Uint8Array, { from, to }: Cells): boolean => {
  const sale = rules.cell[rules.salePrice]!;
  const price = rules.cell[rules.price]!;
  if (from[sale] === to[sale]) return true;
  const currency = currencyOfPrice(bytes, from[sale]!, to[sale]!);
  return (
    currency === currencyOfPrice(bytes, from[price]!, to[price]!) &&
    amountOfPrice(bytes, from[sale]!, to[sale]!) < amountOfPrice(bytes, from[price]!, to[price]!)
  );
};

/**
 * Writes a row's item as `JSON.stringify` would, behind what is written already, and leaves its cells trimmed.
 * @returns where the next item goes, or DOUBT
 */
export const writeItem = (rules: Rules, source: Bytes, cells: Cells, target: Bytes, start: number): number => {
  let at = start;
  for (let column = 0; column < rules.count; column++) {
    at = writeKey(rules, column, target, at);
    at = writeValue(rules, column, source, cells, target, at);
    if (at === DOUBT) return DOUBT;
  }
  if (rules.salePrice >= 0 && !isOnSale(rules, source.bytes, cells)) return DOUBT;
  for (let i = 0; i < end.length; i++) target.bytes[at++] = end[i]!;
  return at;
};
