/** What the checks know of a run beside what the services say: the truth about uploads, and where the syncs stand. */
import type { Entry } from '../../shared/baseline/content.ts';
import { entryAt, idAt } from '../../shared/baseline/entries.ts';
import type { HashKey } from '../../shared/baseline/id-hash.ts';
import { unpackPartition } from '../../shared/baseline/partition.ts';
import type { TableRecord } from '../../shared/ports/table.ts';
import type { SimBucket } from '../cloud/buckets.ts';
import type { SimTable } from '../cloud/tables.ts';
import type { SimMeta } from '../meta/meta.ts';
import { type FileOrder, type Fold, fold, type ModelFile, nothing, type Rules } from '../model.ts';
import type { Upload, World } from '../shop/world.ts';

export const INVARIANTS = {
  I1: 'each row of a settled sync has exactly one outcome, and the counts add up',
  I2: 'the newest valid row of a product is the one that is sent',
  I3: 'a landed version goes only when its copy is safe',
  I4: 'a replay changes nothing',
  I5: 'what is sent is a stored valid row, exactly',
  I6: 'one sync at a time; one content of a product under way',
  I7: 'calls stay within their limits',
  I8: 'nothing is sent while paused or held, and nothing is deleted unasked',
  I9: 'states move only along their transitions',
  I10: 'whatever is not sent has a reason, and no reason is an outage',
  I11: 'no secret is seen anywhere',
  I12: 'no event moves anything by its own word',
  L1: 'each landed object ends somewhere',
  L2: 'the catalog shows what the files say',
  L3: 'nothing is left over',
  L4: 'the landing zone is empty',
  L5: 'people are told',
  L6: 'work ends',
} as const;
export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  invariant: Invariant;
  what: string;
  at: number;
}

export type Broken = (invariant: Invariant, what: string) => void;

/** One version that landed, as the checks know it. */
export interface Landed {
  key: string;
  versionId: string;
  catalog: string;
  upload: Upload;
  order: FileOrder;
}

export interface Facts {
  world: World;
  now(): number;
  tables: Readonly<Record<string, SimTable>>;
  landing: SimBucket;
  work: SimBucket;
  synced: SimBucket;
  meta: SimMeta;
  broken: Broken;
  /** `catalog sync` of every held plan that a person has decided about. */
  decided: ReadonlySet<string>;
  /** Every text that was ever kept as sent, with the ids of the syncs for which it was. */
  stored: ReadonlyMap<string, ReadonlySet<string>>;
  /** By `key versionId`. */
  landed: ReadonlyMap<string, Landed>;
}

export const recordOf = (facts: Facts, table: string, pk: string, sk: string): TableRecord | undefined =>
  facts.tables[table]?.peek(pk, sk);

/** `default-000042` */
export const idOf = (catalog: string, sync: number): string => `${catalog}-${String(sync).padStart(6, '0')}`;

export const syncSk = (sync: number): string => String(sync).padStart(9, '0');

/** The sync of a catalog that is between open and ended; 0: none. */
export const activeSync = (facts: Facts, catalog: string): number =>
  Number(recordOf(facts, 'ingest', `catalog#${catalog}`, 'catalog')?.active ?? 0);

/** The last sync that is settled. */
export const pointerSync = (facts: Facts, catalog: string): number =>
  Number(recordOf(facts, 'transform', `pointer#${catalog}`, 'pointer')?.sync ?? 0);

/** An object of the work bucket as JSON; undefined when it is not there. */
export const storedJson = <A>(facts: Facts, key: unknown): A | undefined => {
  const text = typeof key === 'string' ? facts.work.peek(key) : undefined;
  return text === undefined ? undefined : (JSON.parse(text) as A);
};

/** What the pointer of a catalog says is known of its products. */
export interface KnownState {
  /** By retailer id. */
  outcomes: ReadonlyMap<string, Entry['outcome']>;
  carried: number;
  /** By the hash of the id. */
  embargoes: ReadonlyMap<HashKey, number>;
}

export const knownState = (facts: Facts, catalog: string): KnownState => {
  const pointer = recordOf(facts, 'transform', `pointer#${catalog}`, 'pointer');
  const state = storedJson<{ partitions: { key: string | null }[] }>(facts, pointer?.stateKey);
  const outcomes = new Map<string, Entry['outcome']>();
  const embargoes = new Map<HashKey, number>();
  let carried = 0;
  for (const { key } of state?.partitions ?? []) {
    const bytes = key === null ? undefined : facts.work.peekBytes(key);
    if (bytes === undefined) continue;
    const { entries, waiting } = unpackPartition(bytes, String(key));
    for (let place = 0; place < entries.size; place++)
      outcomes.set(idAt(entries, place), entryAt(entries, place).outcome);
    for (const [hash, until] of waiting.embargoes) embargoes.set(hash, until);
    carried += waiting.carried.size;
  }
  return { outcomes, carried, embargoes };
};

/** The truth about the files that a sync has taken, in the order of its list. */
export const filesOf = (facts: Facts, catalog: string, sync: number): ModelFile[] => {
  const record = recordOf(facts, 'ingest', `sync#${catalog}`, syncSk(sync));
  const list = storedJson<{ files: { key: string; versionId: string }[] }>(facts, record?.filesKey)?.files ?? [];
  return list.map(({ key, versionId }) => {
    const landed = facts.landed.get(`${key} ${versionId}`);
    if (landed === undefined) throw new Error(`${key} ${versionId} never landed`);
    return landed;
  });
};

/** The reference beside the services, one for each catalog: where it stands, and what it makes of the next sync. */
export const openReference = (facts: Facts, catalog: string) => {
  const settings = facts.world.catalogs[catalog]?.settings ?? {};
  const rules: Rules = {
    badRowRefuses: settings.onBadRow === 'refuse-file',
    badFileRefusesAll: settings.onBadFile === 'refuse-sync',
  };
  let state: Pick<Fold, 'products' | 'floor'> = nothing;
  let settled = 0;
  let next: { sync: number; fold: Fold } | undefined;
  const foldOf = (sync: number): Fold => {
    if (next?.sync !== sync) next = { sync, fold: fold(state, filesOf(facts, catalog, sync), rules) };
    return next.fold;
  };
  return {
    state: () => state,
    settled: () => settled,
    /** What the sync after the settled ones comes to. */
    foldOf,
    /** The sync is settled; a discarded one leaves all as it was. */
    settle: (sync: number, kept: boolean): void => {
      if (kept) state = foldOf(sync);
      settled = sync;
      next = undefined;
    },
  };
};
export type Reference = ReturnType<typeof openReference>;

/** Where the syncs of a run stand, for telling when something happened: the furthest of the active ones. */
export const phaseOf = (facts: Facts): string => {
  for (const catalog of Object.keys(facts.world.catalogs)) {
    const sync = activeSync(facts, catalog);
    if (sync === 0) continue;
    const sk = syncSk(sync);
    if (pointerSync(facts, catalog) >= sync) return 'settled';
    const plan = recordOf(facts, 'transform', `plan#${catalog}`, sk)?.state;
    const sending = recordOf(facts, 'publish', `sync#${catalog}`, sk)?.state;
    if (sending !== undefined) return sending === 'settled' ? 'settling' : 'sending';
    if (plan !== undefined) return String(plan);
    return recordOf(facts, 'validate', `sync#${catalog}`, sk) === undefined ? 'open' : 'validated';
  }
  return 'none';
};
