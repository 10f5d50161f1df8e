/** A plain story, and exactly one misfortune in it: each kind of fault at every call of every port. */
import type { Violation } from './checks/facts.ts';
import { CALL_FAULTS, type CallFault } from './cloud/luck.ts';
import { run } from './run.ts';
import { COLUMNS, cellsOf, rowOf } from './shop/files.ts';
import type { Upload, World } from './shop/world.ts';
import type { Versions } from './shrink.ts';

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
  troubles: [],
  people: {
    decides: ['approve'],
    slowness: MINUTE,
    pauses: [],
    retries: false,
    reprocesses: [],
    forgeries: [],
    replays: [],
  },
});

export interface SweepFailure {
  call: number;
  fault: CallFault;
  violation: Violation;
}

/** Runs the story once for each call and fault; `every` takes only each so-many-th call. */
export const sweep = async (
  services: Versions,
  every = 1,
  told: (done: number, of: number) => void = () => {},
): Promise<{ calls: number; runs: number; failures: SweepFailure[] }> => {
  const world = canonicalWorld();
  const plain = await run(world, services, { kind: 'only', these: new Set() });
  const failures: SweepFailure[] = plain.violations.map((violation) => ({ call: -1, fault: 'delay', violation }));
  let runs = 1;
  for (let call = 0; call < plain.calls; call += every) {
    for (const fault of CALL_FAULTS) {
      const { violations } = await run(world, services, { kind: 'nth', call, fault });
      runs += 1;
      if (violations[0] !== undefined) failures.push({ call, fault, violation: violations[0] });
    }
    told(call, plain.calls);
  }
  return { calls: plain.calls, runs, failures };
};
