import type { Sizes } from '../../shared/sizes.ts';

/** A world: all that a run is made from, as plain data. A seed makes one; a regression keeps one, cut down. */

/** One row of a file, and the truth about it. */
export interface Row {
  /** The id that whoever reads the row must find; null: none can be read. */
  id: string | null;
  /** The item's fields when the row is valid; null: it must be set aside. */
  data: Readonly<Record<string, string>> | null;
  /** The line as it stands in the file. */
  line: string;
}

/** One upload into the landing zone. */
export interface Upload {
  /** Milliseconds after the start. */
  at: number;
  key: string;
  metadata: Readonly<Record<string, string>>;
  header: string;
  rows: readonly Row[];
  /** Whether the file as a whole can be read: header and rows as they should be. */
  readable: boolean;
  /** It ends before its end. */
  cut: boolean;
  finalNewline: boolean;
}

/** A span in which Meta is not itself, for all catalogs. */
export interface Trouble {
  from: number;
  to: number;
  kind: 'unreachable' | 'server' | 'html' | 'throttled' | 'dead-token' | 'no-permission';
}

export interface CatalogWorld {
  metaCatalogId: string;
  /** As a shop writes its settings. */
  settings: Readonly<Record<string, unknown>>;
}

export interface World {
  seed: number;
  /** Milliseconds after the start: what happens by chance ends here. */
  calmFrom: number;
  /** The share of port calls that something befalls. */
  faultShare: number;
  /** How often Meta answers oddly, per call. */
  oddShare: number;
  /** How far a worker's clock may be off, in milliseconds to either side. */
  skewMs: number;
  /** Half of the workers run the version before this one. */
  mixed: boolean;
  /** Sizes so small that a few rows are several partitions and a short file is several shards; else a shop's own. */
  sizes?: Partial<Sizes>;
  catalogs: Readonly<Record<string, CatalogWorld>>;
  uploads: readonly Upload[];
  /** Things that land and are no product files. */
  strays: readonly { at: number; key: string }[];
  troubles: readonly Trouble[];
  people: {
    /** How a person decides about held plans, in turn. */
    decides: readonly ('approve' | 'discard')[];
    /** From seeing an alert to doing something about it, in milliseconds. */
    slowness: number;
    pauses: readonly { catalog: string; from: number; to: number }[];
    /** Somebody pauses the moment that a worker has looked whether it may send, for the so-manieth time; null: nobody. */
    pauseAtClaim: number | null;
    /** Asks for refused items again, when told of them. */
    retries: boolean;
    /** Asks for everything of a catalog that Meta refused, told or not: right when something lands, as if to hurry it. */
    asks: readonly { at: number; catalog: string }[];
    /** Lands an archived file again under its original order: which upload, and when. */
    reprocesses: readonly { upload: number; at: number }[];
    /** Events that nobody of ours said; sync 0 stands for the one that is active then. */
    forgeries: readonly { at: number; name: string; sync: number; catalog: string; how: Forgery }[];
    /** Past events are replayed at these times. */
    replays: readonly number[];
  };
}

export type Forgery = 'plausible' | 'unknown-version' | 'malformed' | 'unknown-name' | 'no-json';

/** The landed text. */
export const textOf = ({ header, rows, finalNewline }: Upload): string =>
  [header, ...rows.map(({ line }) => line)].filter((line) => line !== '').join('\n') +
  (finalNewline && header !== '' ? '\n' : '');
