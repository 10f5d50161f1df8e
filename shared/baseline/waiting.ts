/** What waits in one partition: carried rows as pointers to their items, and embargoes. */
import { type EpochMs, epochMs } from '../catalog/instant.ts';
import { type FileOrder, fileName, fileOf, rowOrder } from '../catalog/order.ts';
import type { Column } from '../packed/packed.ts';
import { itself, openWords } from '../packed/words.ts';
import type { Carried } from './content.ts';
import { type HashKey, highOf, keyOfHash, lowOf } from './id-hash.ts';
import { priceText, readPriceText } from './price.ts';

export interface Waiting {
  carried: ReadonlyMap<HashKey, Carried>;
  /** Products that may not be sent before a moment. */
  embargoes: ReadonlyMap<HashKey, EpochMs>;
}

export const nothingWaits: Waiting = { carried: new Map(), embargoes: new Map() };

/** When the next carried row may go; null when none waits. */
export const dueOf = ({ carried }: Waiting): EpochMs | null => {
  let due: EpochMs | null = null;
  for (const { notBefore } of carried.values()) if (due === null || notBefore < due) due = notBefore;
  return due;
};

/** The objects that the items of carried rows lie in, sorted. */
export const objectsOf = ({ carried }: Waiting): string[] => {
  const objects = new Set<string>();
  for (const { content } of carried.values()) if (content.item !== null) objects.add(content.item.key);
  return [...objects].sort();
};

/** What the numbers stand for. */
export interface WaitingWords {
  files: FileOrder[];
  /** Objects with items. */
  objects: string[];
  /** Prices' currencies, availabilities, brands and categories. */
  texts: (string | null)[];
  embargoes: [HashKey, EpochMs][];
}

/** By a carried row's place. */
export interface WaitingColumns {
  carriedAmounts: Float64Array;
  notBefore: Float64Array;
  /** Two numbers each. */
  carriedHashes: Uint32Array;
  carriedPrints: Uint32Array;
  carriedFiles: Uint32Array;
  carriedRows: Uint32Array;
  objects: Uint32Array;
  starts: Uint32Array;
  lengths: Uint32Array;
  /** Four places in `texts` each: currency, availability, brand, category. */
  texts: Uint32Array;
  syncs: Uint16Array;
  flags: Uint8Array;
}

const DELETE = 1;
const GATED = 2;
const ASKED = 4;
const WITH_ITEM = 8;
const MOST_SYNCS = 0xffff;

const sorted = <A>(map: ReadonlyMap<HashKey, A>): [HashKey, A][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

export const packWaiting = ({ carried, embargoes }: Waiting): { words: WaitingWords; columns: WaitingColumns } => {
  const { size } = carried;
  const files = openWords(fileName);
  const objects = openWords(itself);
  const texts = openWords((text: string | null) => (text === null ? '0' : `1${text}`));
  const columns: WaitingColumns = {
    carriedAmounts: new Float64Array(size),
    notBefore: new Float64Array(size),
    carriedHashes: new Uint32Array(2 * size),
    carriedPrints: new Uint32Array(2 * size),
    carriedFiles: new Uint32Array(size),
    carriedRows: new Uint32Array(size),
    objects: new Uint32Array(size),
    starts: new Uint32Array(size),
    lengths: new Uint32Array(size),
    texts: new Uint32Array(4 * size),
    syncs: new Uint16Array(size),
    flags: new Uint8Array(size),
  };
  let place = 0;
  for (const [hash, { op, order, content, notBefore, gated, asked, syncs }] of sorted(carried)) {
    const { amount, currency } = readPriceText(content.price);
    const { item } = content;
    columns.carriedAmounts[place] = amount;
    columns.notBefore[place] = notBefore;
    columns.carriedHashes[2 * place] = highOf(hash);
    columns.carriedHashes[2 * place + 1] = lowOf(hash);
    columns.carriedPrints[2 * place] = highOf(content.fingerprint);
    columns.carriedPrints[2 * place + 1] = lowOf(content.fingerprint);
    columns.carriedFiles[place] = files.placeOf(fileOf(order));
    columns.carriedRows[place] = order.row;
    if (item !== null) {
      columns.objects[place] = objects.placeOf(item.key);
      columns.starts[place] = item.start;
      columns.lengths[place] = item.length;
    }
    columns.texts[4 * place] = texts.placeOf(currency);
    columns.texts[4 * place + 1] = texts.placeOf(content.availability);
    columns.texts[4 * place + 2] = texts.placeOf(content.brand);
    columns.texts[4 * place + 3] = texts.placeOf(content.category);
    columns.syncs[place] = Math.min(syncs, MOST_SYNCS);
    columns.flags[place] =
      (op === 'DELETE' ? DELETE : 0) | (gated ? GATED : 0) | (asked ? ASKED : 0) | (item === null ? 0 : WITH_ITEM);
    place++;
  }
  const words = { files: files.list, objects: objects.list, texts: texts.list, embargoes: sorted(embargoes) };
  return { words, columns };
};

export const unpackWaiting = (words: WaitingWords, columns: Record<string, Column>): Waiting => {
  const of = columns as unknown as WaitingColumns;
  const carried = new Map<HashKey, Carried>();
  for (let place = 0; place < of.flags.length; place++) {
    const flags = of.flags[place]!;
    const text = (n: number): string | null => words.texts[of.texts[4 * place + n]!]!;
    carried.set(keyOfHash(of.carriedHashes[2 * place]!, of.carriedHashes[2 * place + 1]!), {
      op: (flags & DELETE) === 0 ? 'UPDATE' : 'DELETE',
      order: rowOrder(words.files[of.carriedFiles[place]!]!, of.carriedRows[place]!),
      content: {
        fingerprint: keyOfHash(of.carriedPrints[2 * place]!, of.carriedPrints[2 * place + 1]!),
        price: priceText(of.carriedAmounts[place]!, text(0) ?? ''),
        availability: text(1) ?? '',
        brand: text(2),
        category: text(3),
        item:
          (flags & WITH_ITEM) === 0
            ? null
            : { key: words.objects[of.objects[place]!]!, start: of.starts[place]!, length: of.lengths[place]! },
      },
      notBefore: epochMs(of.notBefore[place]!),
      gated: (flags & GATED) !== 0,
      asked: (flags & ASKED) !== 0,
      syncs: of.syncs[place]!,
    });
  }
  return { carried, embargoes: new Map(words.embargoes) };
};
