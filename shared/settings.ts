import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { CatalogName } from './catalog/sync.ts';
import { describeErrors } from './describe-errors.ts';

/** Meta's ceilings for one items_batch call: 5,000 records and 28 MB of payload (items_batch reference). */
export const META_MAX_ITEMS = 5000;
export const META_MAX_BYTES = 28_000_000;

/** A whole number from 1. */
const count = (ceiling: number, what: string) =>
  t.refinement(
    t.number,
    (n) => Number.isInteger(n) && n > 0 && n <= ceiling,
    `a whole number of ${what}, from 1 to ${ceiling}`,
  );

/**
 * How many batch calls an hour Meta allows a catalog: 200 + 200 · log2(people with intent on any catalog of the business in
 * the last 28 days) (Graph API rate limits). With nobody the formula says nothing: one person is assumed.
 */
export const callsFor = (users: number): number => Math.floor(200 + 200 * Math.log2(users));

/** JSON may hold a number that is none when it is written again: 1e999. */
const finite = t.refinement(t.number, Number.isFinite, 'a number');

const positive = (ceiling: number, what: string) =>
  t.refinement(
    t.number,
    (n) => Number.isFinite(n) && n > 0 && n <= ceiling,
    `a number of ${what}, more than 0 and at most ${ceiling}`,
  );

/** How a catalog is kept, as a shop writes it: every part has a default but Meta's number of the catalog. */
const CatalogSettingsGiven = t.intersection([
  t.strict({
    /** Digits only: it becomes part of a URL. */
    metaCatalogId: t.refinement(t.string, (s) => /^\d{1,32}$/.test(s), 'digits'),
  }),
  t.exact(
    t.partial({
      onBadRow: t.keyof({ 'set-aside': null, 'refuse-file': null }),
      onBadFile: t.keyof({ 'refuse-file': null, 'refuse-sync': null }),
      maxBatches: count(100_000, 'batches a sync'),
      maxItems: count(META_MAX_ITEMS, 'items a batch'),
      maxBytes: count(META_MAX_BYTES, 'bytes a batch'),
      inFlight: count(10, 'batches in flight'),
      stuckAfterMinutes: positive(1440, 'minutes'),
      embargoMinutes: positive(1440, 'minutes'),
      callsPerHour: count(1_000_000, 'calls an hour'),
      users: count(10_000_000_000, 'people'),
      gate: t.exact(
        t.partial({
          deletesShare: finite,
          deletesCount: finite,
          pricesShare: finite,
          pricesCount: finite,
          outOfStockShare: finite,
          outOfStockCount: finite,
        }),
      ),
    }),
  ),
]);

export interface CatalogSettings {
  metaCatalogId: string;
  onBadRow: 'set-aside' | 'refuse-file';
  onBadFile: 'refuse-file' | 'refuse-sync';
  /**
   * Batches a sync sends at most; the rest is carried. When not given: a quarter hour's calls, and no more than 50.
   * Never more than 500, whatever is given: a plan of more batches is not written within a function's quarter hour.
   */
  maxBatches: number;
  maxItems: number;
  /** Bytes of a call's body. */
  maxBytes: number;
  inFlight: number;
  stuckAfterMinutes: number;
  /** G: how long after an ambiguous send no other content for its products may be sent. */
  embargoMinutes: number;
  /** `items_batch` calls an hour; when not given, what Meta allows for `users`. */
  callsPerHour: number;
  gate: Gate;
}

/** A plan is held when it exceeds both a share of the live products and a count. */
export interface Gate {
  deletesShare: number;
  deletesCount: number;
  pricesShare: number;
  pricesCount: number;
  outOfStockShare: number;
  outOfStockCount: number;
}

const defaultGate: Gate = {
  deletesShare: 0.05,
  deletesCount: 10,
  pricesShare: 0.5,
  pricesCount: 100,
  outOfStockShare: 0.5,
  outOfStockCount: 100,
};

export type Settings = Readonly<Record<string, CatalogSettings>>;

const SettingsGiven = t.record(t.string, CatalogSettingsGiven);

/** What comes next must not wait for longer than it takes to send this many. */
const MOST_BATCHES = 50;
/**
 * 1.5 million items at the default size: of so many a plan takes some 100 CPU seconds to write (docs/benchmarks.md), which
 * are six minutes of a function of 512 MB.
 */
const MOST_PLANNED = 500;
const aQuarterHours = (callsPerHour: number): number =>
  Math.max(1, Math.min(MOST_BATCHES, Math.floor(callsPerHour / 4)));

const filledIn = ({ users = 1, ...one }: t.TypeOf<typeof CatalogSettingsGiven>): CatalogSettings => {
  const callsPerHour = one.callsPerHour ?? callsFor(users);
  return {
    onBadRow: 'set-aside',
    onBadFile: 'refuse-file',
    maxItems: 3000,
    maxBytes: 20_000_000,
    inFlight: 2,
    stuckAfterMinutes: 15,
    embargoMinutes: 60,
    ...one,
    maxBatches: Math.min(MOST_PLANNED, one.maxBatches ?? aQuarterHours(callsPerHour)),
    callsPerHour,
    gate: { ...defaultGate, ...one.gate },
  };
};

/**
 * Reads the `catalogs` part of the configuration and fills in what it leaves out.
 * Throws one error that names every wrong part.
 */
export const readSettings = (given: unknown): Settings => {
  const decoded = SettingsGiven.decode(given);
  if (isLeft(decoded)) {
    throw new Error(`the settings of the catalogs are wrong: ${describeErrors(decoded.left).join('; ')}`);
  }
  // The names as given: a codec that copies a key `__proto__` loses it.
  const badName = Object.keys(given as object).find((name) => !CatalogName.is(name));
  if (badName !== undefined) {
    throw new Error(`"${badName}" is no name for a catalog: use a-z, 0-9 and "-", at most 40 characters`);
  }
  return Object.fromEntries(
    Object.entries(decoded.right).map(([name, one]): [string, CatalogSettings] => [name, filledIn(one)]),
  );
};

/** Whose files are all those that lie in no catalog's folder. */
export const DEFAULT_CATALOG = 'default' as CatalogName;

/** The catalog that a path below `data/` belongs to: its first folder if the settings list one of that name. */
export const catalogOf = (path: string, settings: Settings): CatalogName => {
  const [first, ...rest] = path.split('/');
  return rest.length > 0 && first !== undefined && Object.hasOwn(settings, first)
    ? (first as CatalogName)
    : DEFAULT_CATALOG;
};
