import { type SyncRef, syncId } from '../catalog/sync.ts';
import { decodeEvent, type Hint } from '../events/decode.ts';
import { hashOf } from '../hash.ts';
import type { Log } from '../ports/log.ts';

/** One message as Lambda hands it over from SQS, as far as we read it. */
export interface QueueRecord {
  messageId: string;
  body: string;
}
export interface QueueBatch {
  Records: readonly QueueRecord[];
}
export interface PartialAnswer {
  batchItemFailures: { itemIdentifier: string }[];
}

/** What a function does: work on one sync, and, where it has a sweep, look for what was forgotten. */
export interface Work {
  /** `cause` is the id of the event that hinted, null for the sweep. */
  onSync(ref: SyncRef, hint: Hint): Promise<void>;
  /** The tick of a schedule; absent where none is wired. */
  onTick?(): Promise<void>;
  /** Keeps a message that nobody can read, so that it is neither lost nor tried for ever. */
  park(message: Parked): Promise<void>;
  log: Log;
  /** Works on the hints of one batch at the same time; for work that is mostly waiting. */
  concurrent?: boolean;
  /**
   * Names what a hint asks for: hints of one batch that ask for the same are worked on once. Left out where the tables alone
   * say what there is to do about a sync, whatever the hint said.
   */
  asksFor?(ref: SyncRef, hint: Hint): string;
}

export interface Parked {
  why: string;
  event: string;
  /** Names the object: the same message parks once. */
  hash: string;
  body: string;
}

/**
 * The edge of a function fed by a queue: each message is decoded and worked on alone; what fails goes back to the queue
 * by its identifier, the others are done. What several messages ask for is done once. What cannot be read is parked and
 * taken off the queue.
 */
export const onQueue = async (batch: QueueBatch, work: Work): Promise<PartialAnswer> => {
  const { asksFor = syncId } = work;
  const failed: string[] = [];
  const attempt = async (messages: readonly string[], what: string, run: () => Promise<void>): Promise<void> => {
    try {
      await run();
    } catch (error) {
      failed.push(...messages);
      work.log.error('failed', { what, error: describeError(error) });
    }
  };

  const hints = new Map<string, { hint: Hint; messages: string[] }>();
  const ticks: string[] = [];
  for (const { messageId, body } of batch.Records) {
    const decoded = decodeEvent(body);
    if (decoded.kind === 'tick') ticks.push(messageId);
    else if (decoded.kind === 'hint') {
      const key = asksFor(decoded.hint.ref, decoded.hint);
      const same = hints.get(key);
      if (same) same.messages.push(messageId);
      else hints.set(key, { hint: decoded.hint, messages: [messageId] });
    } else {
      await attempt([messageId], 'park', async () => {
        work.log.warn('parked', { why: decoded.why, event: decoded.name });
        await work.park({ why: decoded.why, event: decoded.name, hash: parkedHash(body), body });
      });
    }
  }
  const workOn = ({ hint, messages }: { hint: Hint; messages: string[] }) =>
    attempt(messages, `${hint.name} ${syncId(hint.ref)}`, () => work.onSync(hint.ref, hint));
  if (work.concurrent) await Promise.all([...hints.values()].map(workOn));
  else for (const one of hints.values()) await workOn(one);
  if (ticks.length > 0) await attempt(ticks, 'tick', async () => work.onTick?.());
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};

/** Names a message by what it says: a replayed event is marked as such, and is the same message all the same. */
export const parkedHash = (body: string): string => {
  try {
    const { 'replay-name': _, ...said } = JSON.parse(body) as Record<string, unknown>;
    return hashOf([JSON.stringify(said)]);
  } catch {
    return hashOf([body]);
  }
};

/** A stack for operators; our adapters never put a secret or a vendor's request into an error. */
export const describeError = (error: unknown): string => {
  if (error instanceof AggregateError) return `${error.message}: ${error.errors.map(describeError).join(' | ')}`;
  if (!(error instanceof Error)) return String(error);
  return `${error.stack ?? error.message}${error.cause ? ` ← ${describeError(error.cause)}` : ''}`;
};
