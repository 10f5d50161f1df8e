/** All that is known of the products of one partition: one object of the work bucket. */
import type { EpochMs } from '../catalog/instant.ts';
import { type Columns, pack, unpack } from '../packed/packed.ts';
import { type Entry, isLive } from './content.ts';
import { type Entries, type EntryWords, noEntries, outcomeAt, outcomeNames, placeFrom, sliceOf } from './entries.ts';
import { type HashKey, highOf, partitionOf } from './id-hash.ts';
import { nothingWaits, packWaiting, unpackWaiting, type Waiting, type WaitingWords } from './waiting.ts';

export interface Partition {
  entries: Entries;
  waiting: Waiting;
}

export const emptyPartition: Partition = { entries: noEntries, waiting: nothingWaits };

export const isEmpty = ({ entries, waiting }: Partition): boolean =>
  entries.size === 0 && waiting.carried.size === 0 && waiting.embargoes.size === 0;

interface Words {
  entries: EntryWords;
  waiting: WaitingWords;
}

export const packPartition = ({ entries, waiting }: Partition): Uint8Array => {
  const { size: _, words, ...columns } = entries;
  const packed = packWaiting(waiting);
  return pack({ entries: words, waiting: packed.words } satisfies Words, {
    ...columns,
    ...packed.columns,
  } as unknown as Columns);
};

/** @param where names the object in errors */
export const unpackPartition = (bytes: Uint8Array, where: string): Partition => {
  const { words, columns } = unpack(bytes, where);
  const { entries, waiting } = words as Words;
  const of = columns as unknown as Entries;
  const { amounts, hashes, prints, files, rows, batches, places, currencies, marks, idEnds, idBytes } = of;
  return {
    entries: {
      size: marks.length,
      words: entries,
      amounts,
      hashes,
      prints,
      files,
      rows,
      batches,
      places,
      currencies,
      marks,
      idEnds,
      idBytes,
    },
    waiting: unpackWaiting(waiting, columns),
  };
};

/** The part of a partition that is the `place`-th of 2^bits: a catalog that grew is cut finer than its last state was. */
export const finer = ({ entries, waiting }: Partition, place: number, bits: number): Partition => {
  if (bits === 0) return { entries, waiting };
  const first = (place << (32 - bits)) >>> 0;
  const last = place + 1 === 2 ** bits ? entries.size : placeFrom(entries, ((place + 1) << (32 - bits)) >>> 0, 0);
  const within = ([key]: readonly [HashKey, unknown]): boolean => partitionOf(highOf(key), bits) === place;
  return {
    entries: sliceOf(entries, placeFrom(entries, first, 0), last),
    waiting: {
      carried: new Map([...waiting.carried].filter(within)),
      embargoes: new Map([...waiting.embargoes].filter(within)),
    },
  };
};

/** Products by what is known of their last request. */
export interface Census {
  /** Meta may hold them as we last sent them. */
  live: number;
  refused: number;
  /** Nobody knows what Meta did with it. */
  unknown: number;
}

export const censusOf = (entries: Entries): Census => {
  const by = outcomeNames.map(() => 0);
  for (let place = 0; place < entries.size; place++) by[outcomeAt(entries, place)]!++;
  const sum = (is: (outcome: Entry['outcome']) => boolean): number =>
    outcomeNames.reduce((total, outcome, n) => (is(outcome) ? total + by[n]! : total), 0);
  return {
    live: sum((outcome) => isLive({ outcome })),
    refused: sum((outcome) => outcome === 'errored'),
    unknown: sum((outcome) => outcome === 'unknown' || outcome === 'parked'),
  };
};

/** The earlier of two moments, null being never. */
export const earlier = (a: EpochMs | null, b: EpochMs | null): EpochMs | null =>
  a === null ? b : b === null || a < b ? a : b;
