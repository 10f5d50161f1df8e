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
 * come one after the other, calls run beside each other. Returns how many batches were claimed.
 */
export const sendDue = async (ref: SyncRef, cause: string | null, needs: Needs): Promise<number> => {
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  let claimed = 0;
  const start = (claim: Claim): void => {
    const sent: Promise<void> = send(ref, claim, cause, needs)
      .catch((error: unknown) => void errors.push(error))
      .finally(() => running.delete(sent));
    running.add(sent);
    claimed += 1;
  };
  for (;;) {
    const claim =
      errors.length === 0 ? await claimNext(ref, needs).catch((error: unknown) => failed(error, errors)) : null;
    if (claim !== null) start(claim);
    else if (running.size > 0) await Promise.race(running);
    else break;
  }
  if (errors.length > 0) throw errors[0];
  return claimed;
};

/** A call that is on its way must be recorded before the failure is told. */
const failed = (error: unknown, errors: unknown[]): null => {
  errors.push(error);
  return null;
};

const quotaKey = (catalog: CatalogName) => ({ pk: `quota#${catalog}`, sk: 'calls' });

export interface Look {
  next: NextClaim;
  batches: readonly Batch[];
  breaker: Read<Breaker>;
  /** The revision of the quota; 0: it was never counted. */
  quotaRev: number;
}

/**
 * What may be claimed now, by quota, breaker and batches. The quota is read before the batches: as each claim writes it,
 * two claims at a time never both count the same batches on their way.
 */
export const lookForNext = async (ref: SyncRef, now: EpochMs, needs: Needs): Promise<Look> => {
  const { pk, sk } = quotaKey(ref.catalog);
  const calls = readRecord(Calls, await needs.table.get(pk, sk));
  const breaker = await readBreaker(ref.catalog, needs);
  const batches = await readBatches(ref, needs);
  const { appUntil } = await monitorsWord(ref.catalog, needs);
  const claimable = { batches, breaker: breaker.value, calls: calls?.value, appUntil };
  const next = nextClaim(claimable, settingsOf(ref.catalog, needs), now);
  return { next, batches, breaker, quotaRev: calls?.rev ?? 0 };
};

/**
 * Claims the next batch: in one transaction it becomes ours, a call is taken from the quota, and the breaker is still the
 * one that let us.
 */
const claimNext = async (ref: SyncRef, needs: Needs): Promise<Claim | null> => {
  const { table, clock, log } = needs;
  while (needs.timeLeftMs() >= TIME_FOR_A_CALL_MS) {
    const now = clock.now();
    const { next, breaker, quotaRev } = await lookForNext(ref, now, needs);
    if (next.kind === 'wait') return null;
    const { batch } = next;
    const batchClaimed: Batch = {
      ...batch,
      state: 'sending',
      attempt: batch.attempt + 1,
      until: later(now, LEASE_MS),
      // Found in `sending`: its POST may have left until its lease was over.
      amb: batch.state === 'sending' ? latest(batch.amb, batch.until ?? 0) : batch.amb,
    };
    const writes: Write[] = [
      await putBatch(ref, batch, batchClaimed, needs),
      { kind: 'put', rev: quotaRev, record: { ...quotaKey(ref.catalog), ...next.calls } },
      sameBreaker(ref.catalog, breaker.rev),
    ];
    if (await table.write(writes)) {
      if (batch.state === 'sending') log.warn('taken over', { batch: batch.batchId, attempt: batchClaimed.attempt });
      return { batch: { ...batchClaimed, rev: batch.rev + 1 }, setbacks: breaker.value.setbacks };
    }
  }
  return null;
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
