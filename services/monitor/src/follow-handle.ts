import { later, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { type SyncRef, syncFolder } from '@catalog-sync/shared/catalog/sync.ts';
import { type Hint, syncRef } from '@catalog-sync/shared/events/decode.ts';
import { say } from '@catalog-sync/shared/events/define.ts';
import { BatchSent, HandleErrored, HandleFinished } from '@catalog-sync/shared/events/index.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import { HandleRecord, HandleVerdict, handleKey } from '@catalog-sync/shared/records/handle.ts';
import { BatchRecord, batchKey } from '@catalog-sync/shared/records/publish.ts';
import { type Read, readRecord, readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { transition } from '@catalog-sync/shared/records/transition.ts';
import { askNotBefore, noteAccess } from './access.ts';
import { judgeCheck } from './domain/judge-check.ts';
import { FIRST_WAITS_MS, nextAsk, usedPercentOf } from './domain/when-to-ask.ts';
import type { Outside } from './outside.ts';

/** The kind of work that the sweep looks for. */
export const HANDLES_DUE = 'handle';

const SAY_AGAIN_MS = MINUTE;

interface Key {
  pk: string;
  sk: string;
}

/** A batch was sent: if publish's record says so too, its handle is followed, for half a minute right here. */
export const followHandle = async (ref: SyncRef, hint: Hint, needs: Outside): Promise<void> => {
  const data = BatchSent.data.decode(hint.data);
  if (data._tag === 'Left') return;
  const { batchId } = data.right;
  const batch = await readBatch(ref, batchId, needs);
  if (batch === undefined || batch.state !== 'submitted' || batch.handle === null) return;
  const key = handleKey(batchId, batch.handle);
  const record: HandleRecord = {
    state: 'asking',
    catalog: ref.catalog,
    sync: ref.sync,
    batchId,
    handle: batch.handle,
    items: batch.items,
    since: batch.submittedAt ?? needs.clock.now(),
    asked: 0,
    end: null,
    verdictKey: null,
  };
  const put = { ...key, ...record, dueOf: HANDLES_DUE, dueAt: later(needs.clock.now(), MINUTE) };
  await needs.table.write([transition('handle', undefined, put)]);
  for (const wait of FIRST_WAITS_MS) {
    const read = await readHandle(key, needs);
    if (read?.value.state !== 'asking') break;
    await needs.clock.wait(wait);
    await goOnAsking(key, needs);
  }
};

/** Asks once about a handle that has not ended, or says again how it ended until publish has taken it in. */
export const goOnAsking = async (key: Key, needs: Outside): Promise<void> => {
  const read = await readHandle(key, needs);
  if (read?.value.state === 'asking') await askOnce(key, read, needs);
  else if (read?.value.state === 'ended') await sayEnd(key, read, needs);
};

const askOnce = async (key: Key, read: Read<HandleRecord>, needs: Outside): Promise<void> => {
  const { table, graph, clock, settings, log } = needs;
  const { catalog, handle, since, asked } = read.value;
  const ref = refOf(read.value);
  const own = settings[catalog];
  if (own === undefined) throw new Error(`the settings do not know the catalog ${catalog}`);
  const notBefore = await askNotBefore(ref.catalog, needs);
  if (notBefore > clock.now()) {
    const wait = { dueOf: HANDLES_DUE, dueAt: notBefore };
    await table.write([transition('handle', read, { ...key, ...read.value, ...wait })]);
    return;
  }
  const outcome = await graph.checkHandle(own.metaCatalogId, handle);
  await noteAccess(ref.catalog, outcome, needs);
  const now = clock.now();
  const judged = judgeCheck(outcome, since, now, own.stuckAfterMinutes * MINUTE);
  if (judged.kind === 'ask-again') {
    const again = { dueOf: HANDLES_DUE, dueAt: nextAsk(asked, usedPercentOf(outcome), now) };
    await table.write([transition('handle', read, { ...key, ...read.value, asked: asked + 1, ...again })]);
    return;
  }
  const verdictKey = await writeVerdict(ref, read.value, judged.verdict, needs);
  const ended: HandleRecord = { ...read.value, asked: asked + 1, state: 'ended', end: judged.verdict.kind, verdictKey };
  const due = { dueOf: HANDLES_DUE, dueAt: later(now, SAY_AGAIN_MS) };
  if (!(await table.write([transition('handle', read, { ...key, ...ended, ...due })]))) return;
  log.info('handle ended', { batch: read.value.batchId, end: judged.verdict.kind, asked: asked + 1 });
  await sayEnd(key, { value: ended, rev: read.rev + 1 }, needs);
};

const writeVerdict = async (
  ref: SyncRef,
  { batchId, handle }: HandleRecord,
  verdict: HandleVerdict,
  { work }: Outside,
) => {
  const body = JSON.stringify(verdict);
  const key = `${syncFolder(ref)}verdicts/${batchId}-${hashOf([handle, body], 16)}.json`;
  await work.putOnce(key, body, { contentType: 'application/json' });
  return key;
};

/** Says how the handle ended, again each minute until publish's batch has left it. */
const sayEnd = async (key: Key, read: Read<HandleRecord>, needs: Outside): Promise<void> => {
  const { table, bus, clock, work } = needs;
  const { batchId, handle, end, verdictKey } = read.value;
  const ref = refOf(read.value);
  const batch = await readBatch(ref, batchId, needs);
  if (batch?.state !== 'submitted' || batch.handle !== handle) {
    await table.write([transition('handle', read, { ...key, ...read.value, state: 'closed' })]);
    return;
  }
  const said = { cause: null, at: clock.now() };
  if (end === 'finished' && verdictKey !== null) {
    const verdict = await readStoredJson(HandleVerdict, work, verdictKey);
    const errors = verdict.kind === 'finished' ? verdict.errorsTotal : 0;
    await bus.say([say(HandleFinished, ref, { batchId, handle, errors }, said)]);
  } else if (end !== null && end !== 'finished') {
    await bus.say([say(HandleErrored, ref, { batchId, handle, why: end }, said)]);
  }
  const again = { dueOf: HANDLES_DUE, dueAt: later(clock.now(), SAY_AGAIN_MS) };
  await table.write([transition('handle', read, { ...key, ...read.value, ...again })]);
};

const readHandle = async ({ pk, sk }: Key, { table }: Outside) => readRecord(HandleRecord, await table.get(pk, sk));

const readBatch = async (ref: SyncRef, batchId: string, { publish }: Outside): Promise<BatchRecord | undefined> => {
  const { pk, sk } = batchKey(ref, batchId);
  return readRecord(BatchRecord, await publish.get(pk, sk))?.value;
};

const refOf = ({ catalog, sync }: HandleRecord): SyncRef => {
  const ref = syncRef(catalog, sync);
  if (ref === undefined) throw new Error(`a handle's record names no sync: ${catalog} ${sync}`);
  return ref;
};
