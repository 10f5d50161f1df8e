/** A plain story, and exactly one misfortune in it: each kind of fault at every call of every port. */
import { CALL_FAULTS, type CallFault } from './cloud/luck.ts';
import { READ_FAULTS } from './cloud/network.ts';
import { type Outcome, run } from './run.ts';
import { COLUMNS, cellsOf, rowOf } from './shop/files.ts';
import type { Upload, World } from './shop/world.ts';
import type { Versions } from './stage.ts';

const MINUTE = 60_000;

const file = (name: string, at: number, titles: Readonly<Record<string, string>>, whole = false): Upload => ({
  at,
  key: `data/${name}.csv`,
  metadata: whole ? { full: 'true' } : {},
  header: COLUMNS.join(','),
  rows: Object.entries(titles).map(([id, title]) => rowOf(cellsOf(id, title))),
  readable: true,
  cut: false,
  finalNewline: true,
});

/** Two files at once with a product in both, a row without a title, an item that Meta refuses; later a whole feed that ends one. */
export const canonicalWorld = (): World => ({
  seed: 1,
  calmFrom: 30 * MINUTE,
  faultShare: 0,
  oddShare: 0,
  skewMs: 0,
  mixed: false,
  catalogs: {
    default: {
      metaCatalogId: '1000000000000001',
      settings: {
        metaCatalogId: '1000000000000001',
        maxItems: 2,
        maxBatches: 50,
        inFlight: 2,
        stuckAfterMinutes: 5,
        embargoMinutes: 10,
        callsPerHour: 200,
      },
    },
  },
  uploads: [
    file('a', 1000, { p1: 'p1 v1', p2: 'p2 v1', p3: '' }),
    file('b', 1500, { p2: 'p2 v2', p4: 'p4 v1 refused', p5: 'p5 v1' }),
    file('c', 6 * MINUTE, { p1: 'p1 v2', p2: 'p2 v2', p4: 'p4 v1 refused' }, true),
  ],
  strays: [],
  troubles: [],
  people: {
    decides: ['approve'],
    slowness: MINUTE,
    pauses: [],
    pauseAtClaim: null,
    retries: false,
    asks: [],
    reprocesses: [],
    forgeries: [],
    replays: [],
  },
});

/** The story as it goes when nothing happens to it. */
export const plainStory = (services: Versions): Promise<Outcome> =>
  run(canonicalWorld(), services, { kind: 'only', these: new Set() });

const READS: ReadonlySet<CallFault> = new Set(READ_FAULTS);
/** What may befall any call comes first: it tells whether the others are worth a run. */
const IN_TURN = [...CALL_FAULTS].sort((a, b) => Number(READS.has(b)) - Number(READS.has(a)));

/**
 * The story once for each fault that can befall this call. A run up to the call is always the same: so when nothing strikes
 * there, the call is one of the calm after the faults, or one to which such a thing cannot happen, and the rest is left out.
 */
export async function* withOneFault(call: number, services: Versions): AsyncGenerator<[CallFault, Outcome]> {
  for (const fault of IN_TURN) {
    const outcome = await run(canonicalWorld(), services, { kind: 'nth', call, fault });
    if (outcome.struck.length === 0) return;
    yield [fault, outcome];
  }
}
