import { type Draw, draw } from '../chance.ts';
import { makeUpload } from './files.ts';
import type { CatalogWorld, Forgery, Trouble, Upload, World } from './world.ts';

const MINUTE = 60_000;
const NAMES = ['default', 'shoes', 'toys'] as const;
/** The start of every run: a Monday, noon. */
export const START = Date.UTC(2026, 10, 23, 12);

const many = <A>(n: number, make: (index: number) => A): A[] => Array.from({ length: n }, (_, index) => make(index));

/** Small limits, so that a few products are many batches and a few changes are a risk. */
const catalogOf = (index: number, place: Draw, skewMs: number): CatalogWorld => ({
  metaCatalogId: String(1_000_000_000_000_001 + index),
  settings: {
    metaCatalogId: String(1_000_000_000_000_001 + index),
    maxItems: place.one('maxItems', [1, 2, 2, 3, 4, 3000]),
    maxBatches: place.one('maxBatches', [1, 2, 3, 50, 50]),
    inFlight: place.whole('inFlight', 1, 3),
    // Two workers' clocks may be twice the skew apart: a shorter time would be over before it began.
    stuckAfterMinutes: skewMs > MINUTE ? 15 : place.one('stuckAfter', [3, 5, 15]),
    embargoMinutes: place.one('embargo', [10, 20, 60]),
    callsPerHour: place.one('calls', [12, 40, 200, 200]),
    ...(place.chance('bad row refuses', 0.1) ? { onBadRow: 'refuse-file' } : {}),
    ...(place.chance('bad file refuses', 0.1) ? { onBadFile: 'refuse-sync' } : {}),
    ...(place.chance('tight gate', 0.5)
      ? {
          gate: {
            deletesShare: 0.2,
            deletesCount: 1,
            pricesShare: 0.5,
            pricesCount: 1,
            outOfStockShare: 0.5,
            outOfStockCount: 1,
          },
        }
      : {}),
  },
});

const folderOf = (catalog: string): string => (catalog === 'default' ? 'data/' : `data/${catalog}/`);

interface Burst {
  at: number;
  catalog: string;
}

/** The uploads of one burst: some products' rows, or all of a whole feed, in one file or in parts. */
const uploadsOf = ({ at, catalog }: Burst, index: number, ids: readonly string[], place: Draw): Upload[] => {
  const folder = folderOf(catalog);
  const badShare = place.one('bad rows', [0, 0, 0.1, 0.3]);
  const some = (share: number, from: Draw): string[] => ids.filter((id) => from.chance(`has ${id}`, share));
  const whole = place.chance('whole', 0.25);
  const sequence = (n: number): string | null =>
    place.chance(`explicit ${n}`, 0.1)
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
      badShare: badShare / 3,
      sequence: n === 1 ? sequence(0) : null,
    }));
    return parts.map((wish, k) => makeUpload(wish, place.below(`part ${k}`)));
  }
  const files = place.chance('many files', 0.06) ? place.whole('how many', 4, 9) : place.whole('files', 1, 2);
  return many(files, (n) => {
    // Rows of one file may repeat a product; keys are overwritten, also within one second.
    const below = place.below(`file ${n}`);
    const chosen = some(0.45, below);
    const wished = chosen.length === 0 ? ids.slice(0, 1) : chosen;
    const again = below.chance('a row twice', 0.2) ? wished.slice(0, 1) : [];
    return makeUpload(
      {
        at: at + n * place.whole('apart', 0, 4000),
        key: `${folder}${place.chance(`same key ${n}`, 0.35) ? 'products' : `update-${index}-${n}`}.csv`,
        ids: [...wished, ...again],
        whole: false,
        part: null,
        badShare,
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
  'BatchesSettled',
  'BatchSent',
  'HandleFinished',
  'FilesLanded',
  'ProductsTransformed',
] as const;

/** The world of a seed. */
export const makeWorld = (seed: number): World => {
  const place = draw(seed, 'world/');
  const span = place.spread('span', 5 * MINUTE, 240 * MINUTE);
  const skewMs = place.one('skew', [0, 0, MINUTE, 5 * MINUTE]);
  const count = place.chance('several catalogs', 0.2) ? place.whole('catalogs', 2, 3) : 1;
  const catalogs = Object.fromEntries(
    NAMES.slice(0, count).map((name, n) => [name, catalogOf(n, place.below(name), skewMs)]),
  );
  const names = Object.keys(catalogs);
  const bursts = many(
    place.chance('long', 0.04) ? place.whole('long bursts', 4, 8) : place.whole('bursts', 1, 3),
    (n) => ({
      at: Math.floor(place.share(`burst ${n}`) * span),
      catalog: place.one(`catalog ${n}`, names),
    }),
  );
  const products = many(place.whole('products', 2, 5), (n) => `p${n + 1}`);
  const uploads = bursts
    .flatMap((burst, n) => uploadsOf(burst, n, products, place.below(`burst ${n}/`)))
    .sort((a, b) => a.at - b.at);
  const at = (name: string): number => Math.floor(place.share(name) * span * 1.3);

  return {
    seed,
    calmFrom: Math.floor(span * 1.3),
    faultShare: place.one('faults', [0, 0.003, 0.01, 0.03, 0.08]),
    oddShare: place.one('odd', [0, 0.05, 0.2, 0.5]),
    skewMs,
    mixed: place.chance('mixed', 0.15),
    catalogs,
    uploads,
    troubles: many(place.one('troubles', [0, 0, 1, 2]), (n) => {
      const from = at(`trouble ${n}`);
      return {
        from,
        to: from + Math.floor(place.spread(`trouble ${n} lasts`, MINUTE, 360 * MINUTE)),
        kind: place.one(`trouble ${n} kind`, TROUBLES),
      };
    }),
    people: {
      decides: many(4, (n) => (place.chance(`decides ${n}`, 0.6) ? 'approve' : 'discard')),
      slowness: Math.floor(place.spread('slowness', MINUTE, 120 * MINUTE)),
      pauses: many(place.chance('pauses', 0.1) ? 1 : 0, () => {
        const from = at('pause');
        return {
          catalog: place.one('paused', names),
          from,
          to: from + Math.floor(place.spread('pause lasts', MINUTE, 180 * MINUTE)),
        };
      }),
      retries: place.chance('retries', 0.5),
      reprocesses: many(place.chance('reprocesses', 0.15) ? 1 : 0, () => ({
        upload: place.whole('reprocessed', 0, uploads.length - 1),
        at: at('reprocess'),
      })),
      forgeries: many(place.one('forgeries', [0, 0, 0, 3]), (n) => ({
        at: at(`forgery ${n}`),
        name: place.one(`forged ${n}`, FORGED_NAMES),
        sync: place.whole(`forged sync ${n}`, 1, 6),
        catalog: place.one(`forged catalog ${n}`, names),
        how: place.one(`forged how ${n}`, FORGERIES),
      })),
      replays: many(place.one('replays', [0, 0, 1]), (n) => at(`replay ${n}`)),
    },
  };
};
