import { StringDecoder } from 'node:string_decoder';
import type { ItemData } from '@catalog-sync/shared/catalog/item.ts';
import { rowOrder } from '@catalog-sync/shared/catalog/order.ts';
import { type SyncRef, syncFolder, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { canonicalJson, hashOf } from '@catalog-sync/shared/hash.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { SyncRecord } from '@catalog-sync/shared/records/ingest.ts';
import { readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { type Entry, Plan, type PlannedBatch, type Pointer } from '@catalog-sync/shared/records/transform.ts';
import { Validation, type ValidationRecord, type ValidRow } from '@catalog-sync/shared/records/validate.ts';
import type { CatalogSettings } from '@catalog-sync/shared/settings.ts';
import type { FileRow, FoldInput, Whole } from './domain/fold.ts';
import type { Known } from './domain/known.ts';
import { draftPlan, entryOf } from './domain/plan.ts';
import { readState } from './states.ts';

/** Lines of an NDJSON object, parsed; bytes are decoded across chunk edges. */
export async function* linesOf<A>(work: Objects, key: string): AsyncGenerator<A> {
  const body = await work.stream(key);
  if (body === undefined) throw new Error(`object ${key} is gone, though a record names it`);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as A;
  }
  rest += decoder.end();
  if (rest !== '') yield JSON.parse(rest) as A;
}

const readRows = async (work: Objects, validation: Validation): Promise<FileRow[]> => {
  const rows: FileRow[] = [];
  for (const { key } of validation.parts) {
    for await (const { file, row, data } of linesOf<ValidRow>(work, key)) {
      const from = validation.files[file];
      if (from === undefined) throw new Error(`object ${key} names file ${file}, which the sync does not have`);
      rows.push({ order: rowOrder(from.order, row), data });
    }
  }
  return rows;
};

const readWholes = async (work: Objects, validation: Validation): Promise<Whole[]> => {
  const wholes: Whole[] = [];
  for (const { order, idsKeys } of validation.wholeFeeds) {
    const ids = new Set<string>();
    for (const key of idsKeys) for await (const id of linesOf<string>(work, key)) ids.add(id);
    wholes.push({ order, ids });
  }
  return wholes;
};

/** What was last sent of the items that a person asks for again, null when that is gone; what was not refused is left out. */
const recall = async (work: Objects, asks: readonly string[], known: Known): Promise<FoldInput['asked']> => {
  const asked = new Map<string, { op: 'UPDATE' | 'DELETE'; data: ItemData } | null>();
  const bodies = new Map<string, { requests: { method: 'UPDATE' | 'DELETE'; data: ItemData }[] } | null>();
  const wanted = (entry: Entry | undefined): entry is Entry =>
    entry !== undefined && (entry.outcome === 'errored' || entry.outcome === 'parked');
  for (const id of asks) {
    const entry = known.entries.get(id);
    if (!wanted(entry)) continue;
    const { batchKey, index } = entry.where;
    if (!bodies.has(batchKey)) {
      const body = await work.read(batchKey);
      bodies.set(batchKey, body === undefined ? null : JSON.parse(new TextDecoder().decode(body)));
    }
    const request = bodies.get(batchKey)?.requests[index];
    asked.set(id, request === undefined ? null : { op: request.method, data: request.data });
  }
  return asked;
};

/**
 * Folds a validated sync into a plan and writes it: batches first, the plan last, each named by its content, so that two
 * workers write the same objects. Sends nothing. Returns the plan and its key.
 */
export const makePlan = async (
  ref: SyncRef,
  sync: SyncRecord,
  validated: ValidationRecord,
  pointer: Pointer,
  settings: CatalogSettings,
  work: Objects,
): Promise<{ plan: Plan; key: string }> => {
  const validation = await readStoredJson(Validation, work, validated.key);
  const known = await readState(work, pointer.stateKey);
  const { landed, valid, rejected } = validated;
  const draft = draftPlan(
    {
      known,
      rows: await readRows(work, validation),
      wholes: await readWholes(work, validation),
      openedAt: sync.openedAt,
      asked: await recall(work, sync.asks, known),
    },
    { landed, valid, rejected },
    settings,
  );

  const batches: PlannedBatch[] = [];
  for (const { items, body, bytes } of draft.batches) {
    const batchId = `${syncId(ref)}-${hashOf([syncId(ref), body], 12)}`;
    const bodyKey = `${syncFolder(ref)}batches/${batchId}.json`;
    const entriesKey = `${syncFolder(ref)}batches/${batchId}.entries.ndjson`;
    await work.putOnce(bodyKey, body, { contentType: 'application/json' });
    await work.putOnce(entriesKey, items.map((item) => JSON.stringify(entryOf(item))).join('\n'));
    batches.push({ batchId, bodyKey, entriesKey, items: items.length, bytes });
  }
  const content = { ...draft.rest, sync: ref.sync, fromState: pointer.stateKey, openedAt: sync.openedAt, batches };
  const hash = hashOf([canonicalJson(content)], 16);
  const plan: Plan = { ...content, hash, warnings: [...content.warnings, ...validation.notes] };
  const key = `${syncFolder(ref)}plan-${hash}.json`;
  await work.putOnce(key, JSON.stringify(plan), { contentType: 'application/json' });
  return { plan, key };
};

export const readPlan = (work: Objects, key: string): Promise<Plan> => readStoredJson(Plan, work, key);
