import type { SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import { say } from '@catalog-sync/shared/events/define.ts';
import { BatchSent } from '@catalog-sync/shared/events/index.ts';
import type { Write } from '@catalog-sync/shared/ports/table.ts';
import { putBatch, readBatch } from './batches.ts';
import { putBreaker, readBreaker } from './breaker-record.ts';
import { childrenOf } from './children.ts';
import { type Batch, isOver } from './domain/batch.ts';
import { afterNews, type News } from './domain/breaker.ts';
import type { Step } from './domain/step.ts';
import type { Needs } from './outside.ts';
import { writeVerdict } from './verdict-file.ts';

/**
 * Takes a batch where the decision says, in one transaction with its children, if it is cut, and with what the call taught
 * the breaker; then says and writes what follows from it. False when somebody else has moved the batch meanwhile: then
 * the table shows the truth, and this decision is void.
 */
export const carryOut = async (
  ref: SyncRef,
  batch: Batch,
  { step, news, ids }: { step: Step; news: News | null; ids: readonly string[] },
  cause: string | null,
  needs: Needs,
): Promise<boolean> => {
  const { log, bus, clock } = needs;
  const next = moved(batch, step, needs);
  const children = step.to === 'split' ? await childrenOf(ref, next, ids, step, needs) : [];
  const writes = await Promise.all([
    putBatch(ref, batch, next, needs),
    ...children.map((child) => putBatch(ref, null, child, needs)),
  ]);
  if (!(await save(ref, batch, writes, news, needs))) return false;

  const { batchId, attempt } = batch;
  log.info(next.state, { batch: batchId, attempt, errored: next.errored.length, children: children.length });
  if (step.to === 'submitted') {
    const { handle } = step;
    await bus.say([say(BatchSent, ref, { batchId, handle, items: batch.items }, { cause, at: clock.now() })]);
  }
  for (const one of [next, ...children]) if (isOver(one)) await writeVerdict(ref, one, needs);
  return true;
};

const moved = (batch: Batch, step: Step, { clock }: Needs): Batch => {
  const left: Batch = { ...batch, state: step.to, until: null, errored: [], erroredKey: null };
  switch (step.to) {
    case 'submitted':
      return { ...left, handle: step.handle, submittedAt: clock.now(), errored: step.errored };
    case 'prepared': {
      const { notBefore, amb, tries } = step;
      return { ...left, handle: null, submittedAt: null, notBefore, amb, tries };
    }
    case 'settled':
      return { ...left, errored: step.errored };
    case 'unknown':
      return { ...left, errored: step.errored, amb: step.amb, why: step.why };
    case 'split':
      return { ...left, errored: step.errored, amb: step.amb };
  }
};

/** Writes until it is written, or until the batch is not the one any more that was read. */
const save = async (
  ref: SyncRef,
  batch: Batch,
  writes: readonly Write[],
  news: News | null,
  needs: Needs,
): Promise<boolean> => {
  const { table, clock } = needs;
  for (;;) {
    if (news === null) return table.write(writes);
    const breaker = await readBreaker(ref.catalog, needs);
    const next = afterNews(breaker.value, news, clock.now());
    const same = JSON.stringify(next) === JSON.stringify(breaker.value);
    const all = same ? writes : [...writes, putBreaker(ref.catalog, next, breaker.rev)];
    if (await table.write(all)) return true;
    if (same || (await readBatch(ref, batch.batchId, needs))?.rev !== batch.rev) return false;
  }
};
