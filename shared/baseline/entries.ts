/**
 * What Meta is known to hold of the products of one partition, 40 bytes each, sorted by the hash of their id, and the ids
 * themselves behind. Never changed: the next version is written beside it.
 */
import { Buffer } from 'node:buffer';
import type { EpochMs } from '../catalog/instant.ts';
import { type FileOrder, fileName, fileOf, rowOrder } from '../catalog/order.ts';
import { growing } from '../packed/growing.ts';
import { itself, openWords } from '../packed/words.ts';
import type { Entry } from './content.ts';
import { type HashKey, highOf, keyOfHash, lowOf } from './id-hash.ts';
import { priceText, readPriceText } from './price.ts';

/** A batch of an earlier sync: where contents lie that went out then. */
export interface Sent {
  batchKey: string;
  /** `openedAt` of its sync. */
  at: EpochMs;
}

/** What the numbers of the columns stand for. */
export interface EntryWords {
  files: readonly FileOrder[];
  batches: readonly Sent[];
  currencies: readonly string[];
  availabilities: readonly string[];
}

/** By an entry's place. */
export interface EntryColumns {
  amounts: Float64Array;
  /** Two numbers an entry: the hash of its id. */
  hashes: Uint32Array;
  /** Two numbers an entry: its fingerprint; two zeros: none. */
  prints: Uint32Array;
  /** The order: a place in `files`, and the row. */
  files: Uint32Array;
  rows: Uint32Array;
  /** Where its content lies: a place in `batches`, and the place in that batch. */
  batches: Uint32Array;
  places: Uint16Array;
  currencies: Uint8Array;
  /** Outcome, availability and times, a few bits each. */
  marks: Uint8Array;
  /** The ids' texts: where each ends. */
  idEnds: Uint32Array;
  idBytes: Uint8Array;
}

export interface Entries extends EntryColumns {
  size: number;
  words: EntryWords;
}

export const outcomeNames = ['accepted', 'errored', 'parked', 'unknown'] as const;
const OUTCOME = 0b11;
const WORD_AT = 2;
const TIMES_AT = 5;
const MOST = 0b111;

export const ACCEPTED = outcomeNames.indexOf('accepted');
export const outcomeAt = (entries: Entries, place: number): number => entries.marks[place]! & OUTCOME;

export const noEntries: Entries = {
  size: 0,
  words: { files: [], batches: [], currencies: [], availabilities: [] },
  amounts: new Float64Array(),
  hashes: new Uint32Array(),
  prints: new Uint32Array(),
  files: new Uint32Array(),
  rows: new Uint32Array(),
  batches: new Uint32Array(),
  places: new Uint16Array(),
  currencies: new Uint8Array(),
  marks: new Uint8Array(),
  idEnds: new Uint32Array(),
  idBytes: new Uint8Array(),
};

export const keyAt = ({ hashes }: Entries, place: number): HashKey =>
  keyOfHash(hashes[2 * place]!, hashes[2 * place + 1]!);

export const idAt = ({ idEnds, idBytes }: Entries, place: number): string =>
  Buffer.from(idBytes.buffer, idBytes.byteOffset, idBytes.length).toString(
    'utf8',
    place === 0 ? 0 : idEnds[place - 1]!,
    idEnds[place]!,
  );

export const entryAt = (entries: Entries, place: number): Entry => {
  const { words, prints, files, rows, batches, places, amounts, currencies, marks } = entries;
  const [high, low, mark] = [prints[2 * place]!, prints[2 * place + 1]!, marks[place]!];
  const sent = words.batches[batches[place]!]!;
  return {
    fingerprint: high === 0 && low === 0 ? null : keyOfHash(high, low),
    outcome: outcomeNames[mark & OUTCOME]!,
    order: rowOrder(words.files[files[place]!]!, rows[place]!),
    times: mark >> TIMES_AT,
    sentAt: sent.at,
    price: priceText(amounts[place]!, words.currencies[currencies[place]!]!),
    availability: words.availabilities[(mark >> WORD_AT) & MOST]!,
    where: { batchKey: sent.batchKey, index: places[place]! },
  };
};

/** The place of the first entry whose hash is not below. */
export const placeFrom = ({ hashes, size }: Entries, high: number, low: number): number => {
  let from = 0;
  let to = size;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const there = hashes[2 * middle]!;
    if (there < high || (there === high && hashes[2 * middle + 1]! < low)) from = middle + 1;
    else to = middle;
  }
  return from;
};

/** The place of a product's entry, -1 if there is none. */
export const findEntry = (entries: Entries, high: number, low: number): number => {
  const place = placeFrom(entries, high, low);
  const { hashes, size } = entries;
  return place < size && hashes[2 * place] === high && hashes[2 * place + 1] === low ? place : -1;
};

/** What becomes of a product: its new entry, or none. */
export interface Change {
  id: string;
  entry: Entry | null;
}

/** Entries as they are pushed, in the order of their hashes. */
const openWriter = () => {
  const words = {
    files: openWords(fileName),
    batches: openWords(({ batchKey }: Sent) => batchKey),
    currencies: openWords(itself),
    availabilities: openWords(itself),
  };
  const amounts = growing(Float64Array);
  const hashes = growing(Uint32Array);
  const prints = growing(Uint32Array);
  const files = growing(Uint32Array);
  const rows = growing(Uint32Array);
  const batches = growing(Uint32Array);
  const places = growing(Uint16Array);
  const currencies = growing(Uint8Array);
  const marks = growing(Uint8Array);
  const idEnds = growing(Uint32Array);
  const ids: Uint8Array[] = [];
  let idBytes = 0;

  const pushId = (bytes: Uint8Array): void => {
    ids.push(bytes);
    idBytes += bytes.length;
    idEnds.push(idBytes);
  };

  const push = (key: HashKey, id: Uint8Array, entry: Entry): void => {
    const { fingerprint, outcome, order, times, sentAt, price, availability, where } = entry;
    const { amount, currency } = readPriceText(price);
    amounts.push(amount);
    hashes.push(highOf(key));
    hashes.push(lowOf(key));
    prints.push(fingerprint === null ? 0 : highOf(fingerprint));
    prints.push(fingerprint === null ? 0 : lowOf(fingerprint));
    files.push(words.files.placeOf(fileOf(order)));
    rows.push(order.row);
    batches.push(words.batches.placeOf({ batchKey: where.batchKey, at: sentAt }));
    places.push(where.index);
    currencies.push(words.currencies.placeOf(currency));
    const word = words.availabilities.placeOf(availability);
    if (word > MOST) throw new Error(`more than ${MOST + 1} kinds of availability: ${words.availabilities.list}`);
    marks.push(outcomeNames.indexOf(outcome) | (word << WORD_AT) | (Math.min(times, MOST) << TIMES_AT));
    pushId(id);
  };

  /** Copies entries of a version before; words that nobody uses any more stay behind. */
  const copierFrom = (old: Entries) => {
    const filePlaces = new Map<number, number>();
    const batchPlaces = new Map<number, number>();
    const moved = (map: Map<number, number>, place: number, move: (place: number) => number): number => {
      let there = map.get(place);
      if (there === undefined) {
        there = move(place);
        map.set(place, there);
      }
      return there;
    };
    const currencyPlaces = old.words.currencies.map((word) => words.currencies.placeOf(word));
    const wordPlaces = old.words.availabilities.map((word) => words.availabilities.placeOf(word));
    return (place: number): void => {
      amounts.push(old.amounts[place]!);
      hashes.push(old.hashes[2 * place]!);
      hashes.push(old.hashes[2 * place + 1]!);
      prints.push(old.prints[2 * place]!);
      prints.push(old.prints[2 * place + 1]!);
      files.push(moved(filePlaces, old.files[place]!, (n) => words.files.placeOf(old.words.files[n]!)));
      rows.push(old.rows[place]!);
      batches.push(moved(batchPlaces, old.batches[place]!, (n) => words.batches.placeOf(old.words.batches[n]!)));
      places.push(old.places[place]!);
      currencies.push(currencyPlaces[old.currencies[place]!]!);
      const mark = old.marks[place]!;
      const word = wordPlaces[(mark >> WORD_AT) & MOST]!;
      marks.push((mark & ~(MOST << WORD_AT)) | (word << WORD_AT));
      pushId(old.idBytes.subarray(place === 0 ? 0 : old.idEnds[place - 1]!, old.idEnds[place]!));
    };
  };

  const done = (): Entries => ({
    size: marks.length,
    words: {
      files: words.files.list,
      batches: words.batches.list,
      currencies: words.currencies.list,
      availabilities: words.availabilities.list,
    },
    amounts: amounts.done(),
    hashes: hashes.done(),
    prints: prints.done(),
    files: files.done(),
    rows: rows.done(),
    batches: batches.done(),
    places: places.done(),
    currencies: currencies.done(),
    marks: marks.done(),
    idEnds: idEnds.done(),
    idBytes: Buffer.concat(ids),
  });
  return { push, copierFrom, done };
};

/** The next version: the old one with these changes, in whatever order these are given. */
export const changeEntries = (old: Entries, changes: ReadonlyMap<HashKey, Change>): Entries => {
  const { push, copierFrom, done } = openWriter();
  const copy = copierFrom(old);
  let place = 0;
  for (const key of [...changes.keys()].sort()) {
    const { id, entry } = changes.get(key)!;
    const until = placeFrom(old, highOf(key), lowOf(key));
    while (place < until) copy(place++);
    if (place < old.size && keyAt(old, place) === key) place++;
    if (entry !== null) push(key, Buffer.from(id), entry);
  }
  while (place < old.size) copy(place++);
  return done();
};

/** The entries of a range of hashes, as the partitions of a catalog that grew have it: views, no copies. */
export const sliceOf = (entries: Entries, from: number, to: number): Entries => {
  const firstByte = from === 0 ? 0 : (entries.idEnds[from - 1] ?? 0);
  return {
    size: to - from,
    words: entries.words,
    amounts: entries.amounts.subarray(from, to),
    hashes: entries.hashes.subarray(2 * from, 2 * to),
    prints: entries.prints.subarray(2 * from, 2 * to),
    files: entries.files.subarray(from, to),
    rows: entries.rows.subarray(from, to),
    batches: entries.batches.subarray(from, to),
    places: entries.places.subarray(from, to),
    currencies: entries.currencies.subarray(from, to),
    marks: entries.marks.subarray(from, to),
    idEnds: entries.idEnds.slice(from, to).map((end) => end - firstByte),
    idBytes: entries.idBytes.subarray(firstByte, to === 0 ? 0 : (entries.idEnds[to - 1] ?? 0)),
  };
};
