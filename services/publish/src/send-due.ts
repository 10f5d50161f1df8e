import { type EpochMs, epochMs, later } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName, SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import type { Write } from '@catalog-sync/shared/ports/table.ts';
import { type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import { bodyOf, idsOf, putBatch, readBatches } from './batches.ts';
import { readBreaker, sameBreaker } from './breaker-record.ts';
import { carryOut } from './carry-out.ts';
import { type Batch, depthOf } from './domain/batch.ts';
import type { Breaker } from './domain/breaker.ts';
import { judgeAnswer } from './domain/judge-answer.ts';
import { type NextClaim, nextClaim } from './domain/next-claim.ts';
import { Calls } from './domain/quota.ts';
import { latest, waitAfter } from './domain/step.ts';
import { HTTP_TIMEOUT_MS, LEASE_MS, MARGIN_MS, TIME_FOR_A_CALL_MS } from './domain/times.ts';
import { monitorsWord } from './monitors-word.ts';
import type { Needs } from './outside.ts';
import { settingsOf } from './settings-of.ts';
import { sentKey } from './verdict-file.ts';

interface Claim {
  batch: Batch;
  setbacks: number;
}

/**
 * Sends what is due, as many batches at once as the settings allow, until nothing is due now or the time is short. Claims
 * come one after the other, calls run beside each other. Returns how everything stands then.
 */
export const sendDue = async (ref: SyncRef, cause: string | null, needs: Needs): Promise<Look> => {
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  let ended = 0;
  let look: Look | undefined;
  const start = (claim: Claim): void => {
    const sent: Promise<void> = send(ref, claim, cause, needs)
      .catch((error: unknown) => void errors.push(error))
      .finally(() => {
        running.delete(sent);
        ended += 1;
        // What it has learned stands in the tables, and nowhere else.
        look = undefined;
      });
    running.add(sent);
  };
  /** False when there is nothing to claim. */
  const claimNext = async (): Promise<boolean> => {
    look ??= await lookForNext(ref, needs);
    if (look.next.kind === 'wait' || needs.timeLeftMs() < TIME_FOR_A_CALL_MS) return false;
    const before = ended;
    const claimed = await claim(ref, look, look.next, needs);
    if (claimed !== null) start(claimed.claim);
    look = claimed !== null && ended === before ? claimed.look : undefined;
    return true;
  };
  for (;;) {
    const more = errors.length === 0 && (await claimNext().catch((error: unknown) => failed(error, errors)));
    if (more) continue;
    if (running.size > 0) await Promise.race(running);
    else if (errors.length > 0) throw errors[0];
    else if (look !== undefined) return look;
  }
};

/** A call that is on its way must be recorded before the failure is told. */
const failed = (error: unknown, errors: unknown[]): false => {
  errors.push(error);
  return false;
};

const quotaKey = (catalog: CatalogName) => ({ pk: `quota#${catalog}`, sk: 'calls' });

/** How the batches of a sync stand, and which of them may be claimed. */
export interface Look {
  next: NextClaim;
  batches: readonly Batch[];
  breaker: Read<Breaker>;
  /** What was called within the hour; revision 0: it was never counted. */
  calls: { value: Calls | undefined; rev: number };
  /** Until when monitor was told that all calls of the app must wait. */
  appUntil: number;
}

/**
 * Reads what may be claimed now, by quota, breaker and batches. The quota is read before the batches: as each claim writes
 * it, two claims at a time never both count the same batches on their way.
 */
const lookForNext = async (ref: SyncRef, needs: Needs): Promise<Look> => {
  const now = needs.clock.now();
  const { pk, sk } = quotaKey(ref.catalog);
  const calls = readRecord(Calls, await needs.table.get(pk, sk));
  const breaker = await readBreaker(ref.catalog, needs);
  const batches = await readBatches(ref, needs);
  const { appUntil } = await monitorsWord(ref.catalog, needs);
  return lookAt(ref, { batches, breaker, calls: { value: calls?.value, rev: calls?.rev ?? 0 }, appUntil }, now, needs);
};

const lookAt = (ref: SyncRef, seen: Omit<Look, 'next'>, now: EpochMs, needs: Needs): Look => {
  const { batches, breaker, calls, appUntil } = seen;
  const claimable = { batches, breaker: breaker.value, calls: calls.value, appUntil };
  return { ...seen, next: nextClaim(claimable, settingsOf(ref.catalog, needs), now) };
};

/**
 * Claims the next batch: in one transaction it becomes ours, a call is taken from the quota, and the breaker is still the
 * one that let us. Null when anything of that has moved on; else also what can be claimed after it, which nobody else has
 * touched either, or the next claim fails.
 */
const claim = async (
  ref: SyncRef,
  look: Look,
  { batch, calls }: Extract<NextClaim, { kind: 'claim' }>,
  needs: Needs,
): Promise<{ claim: Claim; look: Look } | null> => {
  const { table, clock, log } = needs;
  const now = clock.now();
  const { breaker } = look;
  const claimed: Batch = {
    ...batch,
    state: 'sending',
    attempt: batch.attempt + 1,
    until: later(now, LEASE_MS),
    // Found in `sending`: its POST may have left until its lease was over.
    amb: batch.state === 'sending' ? latest(batch.amb, batch.until ?? 0) : batch.amb,
  };
  const writes: Write[] = [
    await putBatch(ref, batch, claimed, needs),
    { kind: 'put', rev: look.calls.rev, record: { ...quotaKey(ref.catalog), ...calls } },
    sameBreaker(ref.catalog, breaker.rev),
  ];
  if (!(await table.write(writes))) return null;
  if (batch.state === 'sending') log.warn('taken over', { batch: batch.batchId, attempt: claimed.attempt });
  const ours = { ...claimed, rev: batch.rev + 1 };
  const batches = look.batches.map((one) => (one.batchId === batch.batchId ? ours : one));
  const left = { ...look, batches, calls: { value: calls, rev: look.calls.rev + 1 } };
  return { claim: { batch: ours, setbacks: breaker.value.setbacks }, look: lookAt(ref, left, clock.now(), needs) };
};

/** Keeps what is sent, sends it, and records what became of it. */
const send = async (ref: SyncRef, { batch, setbacks }: Claim, cause: string | null, needs: Needs): Promise<void> => {
  const { graph, clock, log } = needs;
  const { metaCatalogId } = settingsOf(ref.catalog, needs);
  const prepared = await prepare(ref, batch, needs).catch(async (error: unknown) => {
    await release(ref, batch, needs);
    throw error;
  });
  if (prepared === null) return release(ref, batch, needs);
  const { body, ids } = prepared;
  const outcome = await graph.sendBatch(metaCatalogId, body);
  log.info('sent', { batch: batch.batchId, attempt: batch.attempt, items: batch.items, answer: outcome.kind });
  const facts = { ids, tries: batch.tries, amb: batch.amb, depth: depthOf(batch), errored: [] };
  const { step, news } = judgeAnswer(outcome, facts, setbacks, clock.now());
  await carryOut(ref, batch, { step, news, ids }, cause, needs);
};

/** Reads what goes out and keeps a copy of it for people; null when there is no time left to send it. */
const prepare = async (
  ref: SyncRef,
  batch: Batch,
  needs: Needs,
): Promise<{ body: Uint8Array; ids: string[] } | null> => {
  const { work, synced, clock } = needs;
  const [body, ids, key] = await Promise.all([
    bodyOf(batch.bodyKey, work),
    idsOf(batch, work),
    sentKey(ref, batch.batchId, needs),
  ]);
  await synced.putOnce(key, body, { contentType: 'application/json' });
  const leaseLeft = (batch.until ?? 0) - clock.now();
  const enough = needs.timeLeftMs() >= TIME_FOR_A_CALL_MS && leaseLeft >= HTTP_TIMEOUT_MS + MARGIN_MS;
  return enough ? { body, ids } : null;
};

/** Gives a batch back that was claimed and not sent. If this fails, the end of its lease does it. */
const release = async (ref: SyncRef, batch: Batch, needs: Needs): Promise<void> => {
  const notBefore = epochMs(needs.clock.now() + waitAfter(0));
  const given: Batch = { ...batch, state: 'prepared', until: null, notBefore };
  await needs.table.write([await putBatch(ref, batch, given, needs)]);
};
