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
import { Plan, PlanRecord, Pointer, pointerKey, SyncReport } from '@catalog-sync/shared/records/transform.ts';
import type { Validation, ValidationRecord } from '@catalog-sync/shared/records/validate.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import type { Outside } from '../outside.ts';
import { readState } from '../states.ts';
import { file, itemError, OPENED } from './build.ts';

export const sync = (n: number): SyncRef => ({ catalog: 'default' as CatalogName, sync: n as SyncNumber });

/** A file of a sync: its place in time, what it holds (id and price), and whether it is whole. */
export interface Landed {
  n: number;
  rows: Record<string, string>;
  whole?: boolean;
  refused?: boolean;
}
/** What Meta makes of a batch of a plan; `accepted` if nothing is said. */
type Made = Partial<Pick<LeafOutcome, 'status'>> & { amb?: number; errored?: string[] };

export const transformWorld = (settings: object = {}) => {
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
  };
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
      const lines = files.flatMap(({ rows, refused }, place) =>
        refused
          ? []
          : Object.entries(rows).map(([id, price], line) =>
              JSON.stringify({ file: place, row: line + 1, data: { id, price, availability: 'in stock' } }),
            ),
      );
      await work.putOnce(`rows-${n}.ndjson`, lines.join('\n'));
      const validation: Validation = {
        files: files.map(({ n: order, rows, refused = false }, place) => ({
          key: `data/${n}-${place}.csv`,
          versionId: 'v1',
          order: file(order),
          outcome: refused ? 'refused' : 'usable',
          landed: Object.keys(rows).length,
          valid: Object.keys(rows).length,
          rejected: 0,
          reportKey: null,
          why: refused ? 'no price' : null,
        })),
        parts: [{ partition: 0, key: `rows-${n}.ndjson`, rows: lines.length }],
        wholeFeeds: [],
        notes: [],
      };
      for (const { n: order, rows, whole = false } of files) {
        if (!whole) continue;
        await work.putOnce(
          `ids-${n}.ndjson`,
          Object.keys(rows)
            .map((id) => JSON.stringify(id))
            .join('\n'),
        );
        validation.wholeFeeds.push({ order: file(order), idsKeys: [`ids-${n}.ndjson`] });
      }
      const key = `validation-${n}.json`;
      await work.putOnce(key, JSON.stringify(validation));
      const count = lines.length;
      const judged: ValidationRecord = {
        state: failed ? 'failed' : 'validated',
        key,
        files: files.length,
        landed: count,
        valid: count,
        rejected: 0,
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
    /** The requests of plan n: id and price, or that it is gone. */
    requests: async (n: number): Promise<string[]> => {
      const texts = work.texts();
      return (await planned(n)).batches.flatMap(({ bodyKey }) =>
        (JSON.parse(texts[bodyKey]!).requests as { method: string; data: Record<string, string> }[]).map(
          ({ method, data }) => `${data.id} ${method === 'DELETE' ? 'gone' : data.price}`,
        ),
      );
    },
    state: async () => readState(work, (await pointer())?.stateKey ?? null),
    report: async () => readStoredJson(SyncReport, work, (await pointer())!.reportKey!),
    later: (ms = HOUR) => clock.set(clock.now() + ms),
    said: () => bus.said.map(({ name, detail }) => `${name} ${detail.sync}`),
    /** All that is kept, to be compared. */
    everything: () => ({ table: table.records(), work: work.texts() }),
  };
};
