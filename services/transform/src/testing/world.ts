/** transform with everything around it in memory, and the others' words as a test wants them. */
import {
  fixedClock,
  memoryBus,
  memoryObjects,
  memoryTable,
  silentLog,
} from '@catalog-sync/shared/adapters/memory/index.ts';
import { epochMs, HOUR } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName, SyncNumber, SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import type { Draft, Table } from '@catalog-sync/shared/ports/table.ts';
import { catalogKey, type SyncRecord, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import type { LeafOutcome } from '@catalog-sync/shared/records/publish.ts';
import { readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import {
  type BatchEntry,
  Plan,
  PlanRecord,
  Pointer,
  pointerKey,
  SyncReport,
} from '@catalog-sync/shared/records/transform.ts';
import type { ValidationRecord } from '@catalog-sync/shared/records/validate.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import { sizes } from '@catalog-sync/shared/sizes.ts';
import type { Outside } from '../outside.ts';
import { itemError, OPENED } from './build.ts';
import { type Cutting, countsOf, finely, itemsOf, type Landed, landInto } from './landed.ts';
import { readKnown, type StoredKnown } from './stored.ts';

export const sync = (n: number): SyncRef => ({ catalog: 'default' as CatalogName, sync: n as SyncNumber });

/** What Meta makes of a batch of a plan; `accepted` if nothing is said. */
type Made = Partial<Pick<LeafOutcome, 'status'>> & { amb?: number; errored?: string[] };

/** How large the shop is to be taken for. */
export interface Grain extends Pick<Cutting, 'bits' | 'stretch'> {
  keptCandidates: number;
}
export const small: Grain = { bits: finely.bits, stretch: finely.stretch, keptCandidates: sizes.keptCandidates };

/** @param grain how finely all is cut, which must make no difference */
export const transformWorld = (settings: object = {}, grain: Grain = small) => {
  const clock = fixedClock(OPENED);
  const work = memoryObjects(clock);
  const [table, ingest, validate, publish] = [memoryTable(), memoryTable(), memoryTable(), memoryTable()];
  const bus = memoryBus();
  const needs: Outside = {
    table,
    ingest,
    validate,
    publish,
    work,
    bus,
    clock,
    log: silentLog,
    parking: { park: async () => {} },
    settings: readSettings({ default: { metaCatalogId: '1', ...settings } }),
    sizes: { ...sizes, keptCandidates: grain.keptCandidates, settledItems: Math.max(1, grain.keptCandidates) },
  };
  const ids = new Set<string>();
  const put = async (into: Table, record: Draft) => {
    const rev = (await into.get(record.pk, record.sk))?.rev ?? 0;
    await into.write([{ kind: 'put', rev, record }]);
  };
  const activate = (n: number) => put(ingest, { ...catalogKey(sync(n).catalog), active: n, last: n, asks: [] });
  const planKey = (n: number): [string, string] => ['plan#default', syncKey(sync(n)).sk];
  const plan = async (n: number) => readRecord(PlanRecord, await table.get(...planKey(n)))?.value;
  const planned = async (n: number) => readStoredJson(Plan, work, (await plan(n))!.key!);
  const pointer = async () => {
    const { pk, sk } = pointerKey(sync(1).catalog);
    return readRecord(Pointer, await table.get(pk, sk))?.value;
  };
  const state = async (): Promise<StoredKnown> => readKnown(work, (await pointer())?.stateKey ?? null, ids);

  return {
    needs,
    clock,
    work,
    table,
    bus,
    plan,
    planned,
    pointer,
    /** ingest's and validate's words: sync n is open, and its files were judged. */
    validated: async (n: number, files: readonly Landed[], { asks = [] as string[], failed = false } = {}) => {
      const record: SyncRecord = {
        state: 'active',
        filesKey: null,
        files: files.length,
        openedAt: clock.now(),
        day: '2026/11/23',
        asks,
        reportKey: null,
      };
      await put(ingest, { ...syncKey(sync(n)), ...record });
      await activate(n);
      for (const landed of files) for (const { id } of itemsOf(landed)) ids.add(id);
      // As validate does: what Meta is known to hold is written without its item.
      const before = await state();
      const held = new Set(
        [...before.entries.values()].flatMap(({ outcome, fingerprint }) =>
          outcome === 'accepted' ? [fingerprint] : [],
        ),
      );
      const validation = await landInto(work, `rows/${n}-`, files, {
        ...finely,
        bits: Math.max(grain.bits, before.bits),
        stretch: grain.stretch,
        isKept: (fingerprint) => !held.has(fingerprint),
      });
      const key = `validation-${n}.json`;
      await work.putOnce(key, JSON.stringify(validation));
      const judged: ValidationRecord = {
        state: failed ? 'failed' : 'validated',
        key,
        files: files.length,
        ...countsOf(files),
      };
      await put(validate, { ...syncKey(sync(n)), ...judged });
    },
    /** publish's word: the batches of plan n have their outcomes. */
    sent: async (n: number, ...made: Made[]) => {
      const leaves = (await planned(n)).batches.map(({ bytes: _, ...batch }, place): LeafOutcome => {
        const { status = 'accepted', amb = 0, errored = [] } = made[place] ?? {};
        return { ...batch, handle: `h${place}`, status, amb: epochMs(amb), errored: errored.map(itemError) };
      });
      await work.putOnce(`outcomes-${n}.json`, JSON.stringify({ leaves }));
      await put(publish, { ...syncKey(sync(n)), state: 'settled', outcomesKey: `outcomes-${n}.json` });
    },
    /** What a person writes about a held plan. */
    decide: async (n: number, state: 'approved' | 'discarded') => {
      const { rev: _, ...record } = (await table.get(...planKey(n)))!;
      await put(table, { ...record, pk: record.pk, sk: record.sk, state });
    },
    /** ingest's word: sync n is ended, none is active. */
    ended: () => put(ingest, { ...catalogKey(sync(1).catalog), active: 0, last: 0, asks: [] }),
    /** The requests of plan n, sorted: id and price, or that it is gone. */
    requests: async (n: number): Promise<string[]> => {
      const texts = work.texts();
      return (await planned(n)).batches
        .flatMap(({ bodyKey }) =>
          (JSON.parse(texts[bodyKey]!).requests as { method: string; data: Record<string, string> }[]).map(
            ({ method, data }) => `${data.id} ${method === 'DELETE' ? 'gone' : data.price}`,
          ),
        )
        .sort();
    },
    /** What stands behind the requests of a batch. */
    entriesOf: ({ entriesKey }: { entriesKey: string }): BatchEntry[] =>
      work
        .texts()
        [entriesKey]!.split('\n')
        .map((line) => JSON.parse(line)),
    state,
    report: async () => readStoredJson(SyncReport, work, (await pointer())!.reportKey!),
    later: (ms = HOUR) => clock.set(clock.now() + ms),
    said: () => bus.said.map(({ name, detail }) => `${name} ${detail.sync}`),
    /** All that is kept, to be compared. */
    everything: () => ({ table: table.records(), work: work.texts() }),
  };
};
