import type { Sizes } from '../../shared/sizes.ts';
import { type Draw, draw } from '../chance.ts';
import { type Contents, makeUpload } from './files.ts';
import type { CatalogWorld, Forgery, Trouble, Upload, World } from './world.ts';

const MINUTE = 60_000;
const NAMES = ['default', 'shoes', 'toys'] as const;
/** The start of every run: a Monday, noon. */
export const START = Date.UTC(2026, 10, 23, 12);

const many = <A>(n: number, make: (index: number) => A): A[] => Array.from({ length: n }, (_, index) => make(index));

/**
 * What a world is mostly about. The rarest defects need several unlikely things at once: a world that has more of some of
 * them, and less of the rest, finds them in thousands of seeds instead of millions.
 */
interface Theme {
  /** Share of bursts that are whole feeds. */
  whole: number;
  /** Share of files with an explicit order, which may be older than what is there. */
  explicit: number;
  /** Share of rows that Meta refuses in one way or another. */
  refused: number;
  /** How many different contents a product has: of few, what was there before often comes again. */
  contents: Contents;
  tightGate: number;
  discards: number;
  /** How many batches a sync may have. */
  room: readonly number[];
  maxItems: readonly number[];
  embargoMinutes: readonly number[];
  faults: readonly number[];
  odd: readonly number[];
  /** How far clocks may be off, in minutes. */
  skew: readonly number[];
  products: readonly [from: number, to: number];
  /** How often somebody asks for refused items again. */
  retries: number;
  bursts: readonly [from: number, to: number];
  /** Minutes over which all lands. */
  span: readonly [from: number, to: number];
  /** Minutes after the last landing in which faults go on: what is under embargo comes up again then. */
  lingers: readonly number[];
  pauses: number;
  throttled: boolean;
  /** Calls an hour that the settings allow. */
  calls: readonly number[];
  forgeries: readonly number[];
}

const PLAIN: Theme = {
  whole: 0.25,
  explicit: 0.1,
  refused: 0.12,
  contents: 'many',
  tightGate: 0.3,
  discards: 0.4,
  room: [1, 2, 3, 50, 50],
  maxItems: [1, 2, 2, 3, 4, 3000],
  embargoMinutes: [10, 20, 60],
  faults: [0, 0.003, 0.01, 0.03, 0.08],
  odd: [0, 0.05, 0.2, 0.5],
  skew: [0, 0, 1, 5],
  products: [2, 4],
  retries: 0.5,
  bursts: [1, 2],
  span: [5, 120],
  lingers: [0, 0, 0, 40],
  pauses: 0.1,
  throttled: false,
  calls: [12, 40, 200, 200],
  forgeries: [0, 0, 0, 3],
};

const THEMES: readonly Theme[] = [
  PLAIN,
  { ...PLAIN, bursts: [1, 1], faults: [0.03, 0.08] },
  // Whole feeds, older files after newer ones.
  {
    ...PLAIN,
    whole: 0.6,
    explicit: 0.3,
    contents: 'few',
    tightGate: 0.2,
    room: [1, 2, 50],
    refused: 0.05,
    bursts: [2, 3],
  },
  // Older files after newer ones, which say again what was there before.
  { ...PLAIN, whole: 0.1, explicit: 0.5, contents: 'few', tightGate: 0, refused: 0, products: [1, 2], bursts: [2, 3] },
  // Calls without an answer, batches without an end, and the next content close behind.
  {
    ...PLAIN,
    whole: 0.1,
    refused: 0.03,
    contents: 'two',
    tightGate: 0,
    maxItems: [1, 2, 3],
    embargoMinutes: [10, 20, 60],
    faults: [0.01, 0.03, 0.08],
    odd: [0.5, 0.8],
    skew: [0, 5, 5],
    products: [1, 2],
    bursts: [3, 4],
    span: [10, 60],
    lingers: [0, 40, 90],
    pauses: 0,
  },
  // Held plans, discarded ones, rows that wait, things asked for again.
  {
    ...PLAIN,
    whole: 0.35,
    refused: 0.25,
    contents: 'few',
    tightGate: 1,
    discards: 0.6,
    room: [1, 1, 2],
    maxItems: [1, 1, 2],
    odd: [0, 0.2, 0.5],
    bursts: [2, 3],
    retries: 1,
    forgeries: [0, 4, 8],
  },
  // Items that Meta refuses, named and unnamed; batches that are cut.
  {
    ...PLAIN,
    whole: 0.15,
    refused: 0.4,
    bursts: [1, 1],
    maxItems: [3, 4, 3000],
    faults: [0, 0.03, 0.08],
    odd: [0.2, 0.5, 0.8],
  },
  // Pauses and throttles.
  {
    ...PLAIN,
    pauses: 1,
    throttled: true,
    bursts: [1, 1],
    maxItems: [1, 1, 2],
    room: [50],
    faults: [0, 0.01, 0.03],
    odd: [0.2, 0.5],
  },
  // Many calls, and a Meta that says how many are too many.
  {
    ...PLAIN,
    whole: 0.1,
    products: [5, 9],
    maxItems: [1],
    room: [50],
    tightGate: 0,
    calls: [4, 12, 40],
    faults: [0, 0, 0, 0.03],
    odd: [0.2, 0.5],
    skew: [0],
    bursts: [1, 2],
    pauses: 0,
  },
];

/** One change among three products is a risk already. */
const TIGHT = {
  deletesShare: 0.2,
  deletesCount: 0,
  pricesShare: 0.3,
  pricesCount: 0,
  outOfStockShare: 0.3,
  outOfStockCount: 0,
};

/** Small limits, so that a few products are many batches and a few changes are a risk. */
const catalogOf = (index: number, place: Draw, theme: Theme, skewMs: number): CatalogWorld => ({
  metaCatalogId: String(1_000_000_000_000_001 + index),
  settings: {
    metaCatalogId: String(1_000_000_000_000_001 + index),
    maxItems: place.one('maxItems', theme.maxItems),
    maxBatches: place.one('maxBatches', theme.room),
    inFlight: place.whole('inFlight', 1, 3),
    // Two workers' clocks may be twice the skew apart: a shorter time would be over before it began.
    stuckAfterMinutes: skewMs > MINUTE ? 15 : place.one('stuckAfter', [3, 5, 15]),
    embargoMinutes: place.one('embargo', theme.embargoMinutes),
    callsPerHour: place.one('calls', theme.calls),
    ...(place.chance('bad row refuses', 0.1) ? { onBadRow: 'refuse-file' } : {}),
    ...(place.chance('bad file refuses', 0.1) ? { onBadFile: 'refuse-sync' } : {}),
    ...(place.chance('tight gate', theme.tightGate) ? { gate: TIGHT } : {}),
  },
});

/** A row has some 200 bytes here, and 300 count as one. */
const smallSizes = (place: Draw): Partial<Sizes> => ({
  partitionRows: place.one('partition', [1, 2, 4, 8]),
  chunkBytes: place.one('chunk', [300, 1000, 64_000]),
  tablesBytes: place.one('tables', [1, 3000, 64_000]),
  keptCandidates: place.one('kept', [0, 5, 100_000]),
  settledItems: place.one('settled', [1, 4, 200_000]),
  ...(place.chance('shards', 0.5)
    ? { shardAbove: place.one('above', [400, 800]), shardBytes: place.one('shard', [300, 700]) }
    : {}),
});

const folderOf = (catalog: string): string => (catalog === 'default' ? 'data/' : `data/${catalog}/`);

interface Burst {
  at: number;
  catalog: string;
}

/** The uploads of one burst: some products' rows, or all of a whole feed, in one file or in parts. */
const uploadsOf = (
  { at, catalog }: Burst,
  index: number,
  ids: readonly string[],
  theme: Theme,
  place: Draw,
): Upload[] => {
  const folder = folderOf(catalog);
  const badShare = place.one('bad rows', [0, 0, 0.1, 0.3]);
  const some = (share: number, from: Draw): string[] => ids.filter((id) => from.chance(`has ${id}`, share));
  const whole = place.chance('whole', theme.whole);
  const { refused, contents } = theme;
  const sequence = (n: number): string | null =>
    place.chance(`explicit ${n}`, theme.explicit)
      ? String(START + at + Math.floor((place.share(`how explicit ${n}`) - 0.7) * 3 * 60 * MINUTE))
      : null;
  if (whole) {
    const kept = some(0.8, place.below('whole'));
    const n = place.chance('in parts', 0.35) ? 2 : 1;
    const lost = n > 1 && place.chance('a part is missing', 0.2);
    const parts = many(lost ? n - 1 : n, (k) => ({
      at: at + k * place.whole('parts apart', 0, 3000),
      key: `${folder}full/feed-${index}${n > 1 ? `-${k + 1}` : ''}.csv`,
      ids: kept.filter((_, turn) => turn % n === k),
      whole: true,
      part: n > 1 ? { k: k + 1, n } : null,
      badShare: badShare / 2,
      refused,
      contents,
      sequence: n === 1 ? sequence(0) : null,
    }));
    return parts.map((wish, k) => makeUpload(wish, place.below(`part ${k}`)));
  }
  const files = place.chance('many files', 0.04) ? place.whole('how many', 4, 9) : place.one('files', [1, 1, 2]);
  return many(files, (n) => {
    // Rows of one file may repeat a product; keys are overwritten, also within one second.
    const below = place.below(`file ${n}`);
    const chosen = some(0.45, below);
    const wished = chosen.length === 0 ? ids.slice(0, 1) : chosen;
    const again = below.chance('a row twice', 0.2) ? wished.slice(0, 1) : [];
    return makeUpload(
      {
        at: at + n * place.one('apart', [0, 150, 400, 1500, 4000]),
        key: `${folder}${place.chance(`same key ${n}`, 0.35) ? 'products' : `update-${index}-${n}`}.csv`,
        ids: [...wished, ...again],
        whole: false,
        part: null,
        badShare,
        refused,
        contents,
        sequence: sequence(n),
      },
      below,
    );
  });
};

const TROUBLES: readonly Trouble['kind'][] = [
  'unreachable',
  'server',
  'html',
  'throttled',
  'dead-token',
  'no-permission',
];

const FORGERIES: readonly Forgery[] = [
  'plausible',
  'plausible',
  'unknown-version',
  'malformed',
  'unknown-name',
  'no-json',
];
const FORGED_NAMES = [
  'SyncSettled',
  'BatchValidated',
  'PlanApproved',
  'PlanApproved',
  'BatchesSettled',
  'BatchSent',
  'HandleFinished',
  'FilesLanded',
  'ProductsTransformed',
] as const;

/** The world of a seed. */
export const makeWorld = (seed: number): World => {
  const place = draw(seed, 'world/');
  const theme = place.one('theme', THEMES);
  const span = place.spread('span', theme.span[0] * MINUTE, theme.span[1] * MINUTE);
  const skewMs = place.one('skew', theme.skew) * MINUTE;
  const count = place.chance('several catalogs', 0.12) ? place.whole('catalogs', 2, 3) : 1;
  const catalogs = Object.fromEntries(
    NAMES.slice(0, count).map((name, n) => [name, catalogOf(n, place.below(name), theme, skewMs)]),
  );
  const names = Object.keys(catalogs);
  const bursts = many(
    place.chance('long', 0.02) ? place.whole('long bursts', 4, 8) : place.whole('bursts', ...theme.bursts),
    (n) => ({
      at: Math.floor(place.share(`burst ${n}`) * span),
      catalog: place.one(`catalog ${n}`, names),
    }),
  );
  const products = many(place.whole('products', ...theme.products), (n) => `p${n + 1}`);
  const uploads = bursts
    .flatMap((burst, n) => uploadsOf(burst, n, products, theme, place.below(`burst ${n}/`)))
    .sort((a, b) => a.at - b.at);
  const at = (name: string): number => Math.floor(place.share(name) * span * 1.3);

  return {
    seed,
    calmFrom: Math.floor(span * 1.3) + place.one('lingers', theme.lingers) * MINUTE,
    faultShare: place.one('faults', theme.faults),
    oddShare: place.one('odd', theme.odd),
    skewMs,
    mixed: place.chance('mixed', 0.15),
    ...(place.chance('small sizes', 0.4) ? { sizes: smallSizes(place.below('sizes/')) } : {}),
    catalogs,
    uploads,
    strays: many(place.chance('stray', 0.06) ? 1 : 0, () => ({ at: at('stray'), key: 'data/notes.txt' })),
    troubles: many(place.one('troubles', [0, 0, 0, 1, 1, 2]), (n) => {
      const from = at(`trouble ${n}`);
      return {
        from,
        to: from + Math.floor(place.spread(`trouble ${n} lasts`, MINUTE, 300 * MINUTE)),
        kind: theme.throttled ? 'throttled' : place.one(`trouble ${n} kind`, TROUBLES),
      };
    }),
    people: {
      decides: many(4, (n) => (place.chance(`decides ${n}`, theme.discards) ? 'discard' : 'approve')),
      slowness: Math.floor(place.spread('slowness', MINUTE, 120 * MINUTE)),
      pauses: many(place.chance('pauses', theme.pauses) ? 1 : 0, () => {
        const from = at('pause');
        return {
          catalog: place.one('paused', names),
          from,
          to: from + Math.floor(place.spread('pause lasts', MINUTE, 180 * MINUTE)),
        };
      }),
      pauseAtClaim:
        theme.pauses === 1 && place.chance('pause at a claim', 0.5) ? place.whole('which claim', 1, 12) : null,
      retries: place.chance('retries', theme.retries),
      asks: bursts.flatMap(({ at: landing, catalog }, n) =>
        place.chance(`asks ${n}`, theme.retries / 3) ? [{ at: landing + 1000, catalog }] : [],
      ),
      reprocesses: many(place.chance('reprocesses', 0.15) ? 1 : 0, () => ({
        upload: place.whole('reprocessed', 0, uploads.length - 1),
        at: at('reprocess'),
      })),
      forgeries: many(place.one('forgeries', theme.forgeries), (n) => ({
        at: at(`forgery ${n}`),
        name: place.one(`forged ${n}`, FORGED_NAMES),
        sync: place.chance(`forged now ${n}`, 0.7) ? 0 : place.whole(`forged sync ${n}`, 1, 6),
        catalog: place.one(`forged catalog ${n}`, names),
        how: place.one(`forged how ${n}`, FORGERIES),
      })),
      replays: many(place.one('replays', [0, 0, 1]), (n) => at(`replay ${n}`)),
    },
  };
};
