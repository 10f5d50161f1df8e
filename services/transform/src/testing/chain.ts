/** The syncs of a catalog one after another, planned and settled without tables and words around them. */
import { fixedClock, memoryObjects } from '@catalog-sync/shared/adapters/memory/index.ts';
import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { ItemData, ItemRequest } from '@catalog-sync/shared/catalog/item.ts';
import type { SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import type { SyncRecord } from '@catalog-sync/shared/records/ingest.ts';
import type { LeafOutcome } from '@catalog-sync/shared/records/publish.ts';
import { readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { type BatchEntry, type Plan, type Pointer, SyncReport } from '@catalog-sync/shared/records/transform.ts';
import { sizes } from '@catalog-sync/shared/sizes.ts';
import { makePlan, readInputs } from '../make-plan.ts';
import { settlePlanned } from '../settle-sync.ts';
import { readState } from '../states.ts';
import { data, itemKeyOf, OPENED, settings } from './build.ts';
import { itemOf, MAPPING } from './items.ts';
import type { Known } from './known.ts';
import { countsOf, finely, itemsOf, type Landed, landInto } from './landed.ts';
import { knownOfState, readKnown, type StoredKnown, storeKnown } from './stored.ts';
import { type Grain, small, sync } from './world.ts';

export interface PlannedBody {
  text: string;
  requests: ItemRequest[];
  entries: BatchEntry[];
}

export interface Planned {
  plan: Plan;
  batches: PlannedBody[];
  /** The state that follows, but for what becomes of the batches. */
  draft: StoredKnown;
}

export interface LandedSync {
  files?: readonly Landed[];
  asks?: readonly string[];
  openedAt?: EpochMs;
  mapping?: number;
}

export const openChain = (ids: readonly string[], given: object = {}) => {
  const work = memoryObjects(fixedClock(OPENED));
  let n = 1;
  let pointer: Pointer = { sync: 0 as SyncNumber, stateKey: null, due: null, reportKey: null };
  const recordOf = ({ files = [], asks = [], openedAt = OPENED }: LandedSync): SyncRecord => ({
    state: 'active',
    filesKey: null,
    files: files.length,
    openedAt,
    day: '2026/11/23',
    asks: [...asks],
    reportKey: null,
  });
  const known = () => readKnown(work, pointer.stateKey, ids);
  return {
    work,
    known,
    /** Names of the state's partitions. */
    partitionKeys: async () => (await readState(work, pointer.stateKey, MAPPING)).partitions.map(({ key }) => key),
    /** Begins with what is known; `waiting` are items of its carried rows beside those that `data(id)` makes. */
    seed: async (before: Known, { bits = 0, waiting = [] as readonly ItemData[], mapping = MAPPING } = {}) => {
      for (const item of [...ids.map((id) => data(id)), ...waiting]) await work.putOnce(itemKeyOf(item), itemOf(item));
      pointer = {
        ...pointer,
        stateKey: await storeKnown(work, sync(1), before, { bits, mapping }),
        sync: sync(1).sync,
      };
    },
    plan: async (landed: LandedSync, grain: Grain = small): Promise<Planned> => {
      n += 1;
      const { files = [], mapping = MAPPING } = landed;
      const before = await known();
      // As validate does: what Meta is known to hold is written without its item.
      const held = new Set<string | null>();
      for (const { outcome, fingerprint } of before.entries.values()) if (outcome === 'accepted') held.add(fingerprint);
      const validation = await landInto(work, `rows/${n}-`, files, {
        ...finely,
        ...grain,
        mapping,
        bits: Math.max(grain.bits, before.bits),
        isKept: (fingerprint) => !held.has(fingerprint),
      });
      const key = `validation-${n}.json`;
      await work.put(key, JSON.stringify(validation));
      const validated = { state: 'validated', key, files: files.length, ...countsOf(files) } as const;
      const { plan } = await makePlan(
        sync(n),
        recordOf(landed),
        await readInputs(validated, pointer, work),
        settings(given),
        { work, sizes: { ...sizes, keptCandidates: grain.keptCandidates } },
      );
      const texts = work.texts();
      return {
        plan,
        batches: plan.batches.map(({ bodyKey, entriesKey }) => ({
          text: texts[bodyKey]!,
          requests: JSON.parse(texts[bodyKey]!).requests,
          entries: texts[entriesKey]!.split('\n').map((line) => JSON.parse(line)),
        })),
        draft: await knownOfState(work, plan.draft, [
          ...ids,
          ...files.flatMap((one) => itemsOf(one).map(({ id }) => id)),
        ]),
      };
    },
    /** Moves the pointer. */
    settle: async (landed: LandedSync, plan: Plan, leaves: readonly LeafOutcome[]) => {
      const outcomesKey = `outcomes-${n}.json`;
      await work.putOnce(outcomesKey, JSON.stringify({ leaves }));
      const key = `validation-${n}.json`;
      pointer = await settlePlanned(
        sync(n),
        recordOf(landed),
        key,
        plan,
        outcomesKey,
        settings(given),
        // Three a portion, or so: each of these few is settled in several.
        { work, sizes: { ...sizes, settledItems: 3 } },
        async () => {},
      );
      return { pointer, report: await readStoredJson(SyncReport, work, pointer.reportKey!), known: await known() };
    },
  };
};
