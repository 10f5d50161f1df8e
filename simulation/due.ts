/** When there is something to do for a service's tick. */
import { type Facts, recordOf } from './checks/facts.ts';
import type { Notes } from './notes.ts';
import { START } from './shop/make-world.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** An active sync and asks are work for now, carried rows for when they are due. */
const ofCatalog = (facts: Facts, catalog: string): number => {
  const record = recordOf(facts, 'ingest', `catalog#${catalog}`, 'catalog');
  if (Number(record?.active ?? 0) !== 0 || ((record?.asks as string[] | undefined)?.length ?? 0) > 0) return 0;
  const due = recordOf(facts, 'transform', `pointer#${catalog}`, 'pointer')?.due;
  return typeof due === 'number' ? due : NEVER;
};

/** A file that no sync has taken is work for now. */
const ofLanding = (facts: Facts): number => {
  for (const { key, versionId, catalog } of facts.landed.values()) {
    const state = recordOf(facts, 'ingest', `file#${catalog}`, `${key}#${versionId}`)?.state;
    if (state === undefined || state === 'seen') return 0;
  }
  return NEVER;
};

/** What is no product file is work until people were told. */
const ofStrays = (facts: Facts): number =>
  facts.world.strays.some(({ at, key }) => {
    const said = recordOf(facts, 'ingest', 'ignored#default', key)?.said;
    return said !== true && facts.now() >= START + at;
  })
    ? 0
    : NEVER;

/** What stands in no due time of ingest's own table. */
const openOfIngest = (facts: Facts) => {
  const catalogs = Object.keys(facts.world.catalogs);
  const { ingest, transform } = facts.tables;
  // Asked each minute, while what it looks at changes much less often, and only by being more.
  const changes = (): number => (ingest?.writes() ?? 0) + (transform?.writes() ?? 0) + facts.landed.size;
  let looked = -1;
  let found = NEVER;
  return (): number => {
    if (changes() !== looked) {
      looked = changes();
      found = Math.min(ofLanding(facts), ...catalogs.map((name) => ofCatalog(facts, name)));
    }
    return Math.min(found, ofStrays(facts));
  };
};

export const openDue = (facts: Facts, notes: Notes) => {
  const ofIngest = openOfIngest(facts);
  let watched = 0;
  return {
    /** Epoch milliseconds; Infinity when nothing is. */
    of: (service: string): number => {
      const own = facts.tables[service]?.firstDue() ?? NEVER;
      // monitor looks at everything, so whatever has moved is something to do for it.
      if (service === 'monitor') return notes.progress() === watched ? own : 0;
      return service === 'ingest' ? Math.min(own, ofIngest()) : own;
    },
    ticked: (service: string): void => {
      if (service === 'monitor') watched = notes.progress();
    },
    /** The last ticks may have been lost. */
    forget: (): void => {
      watched = -1;
    },
  };
};
