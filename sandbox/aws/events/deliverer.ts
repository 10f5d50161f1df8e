import { randomInt } from 'node:crypto';
import type { SandboxClock } from '../../clock.ts';
import { openJournal } from './journal.ts';

/** One message on its way to one target. Times are epoch milliseconds of the sandbox's clock. */
export interface Delivery {
  id: string;
  targetArn: string;
  body: string;
  acceptedAt: number;
  maxAgeMs: number;
  maxRetries: number;
  /** The rule that chose the target. */
  ruleArn?: string;
  deadLetterArn?: string;
  /** Why it cannot be sent at all; it is given up without a try. */
  refusal?: { code: string; message: string };
}

/** Why a delivery was given up. */
export interface Failure {
  /** One of EventBridge's, such as NO_RESOURCE or ERROR_FROM_TARGET. */
  code: string;
  message: string;
  retries: number;
  /** The bound that ended the retries; absent when there was no point in a retry. */
  exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
}

export interface Deliverer {
  /** On disk when this returns; sent soon after. */
  add(deliveries: readonly Delivery[]): void;
  /** Whether nothing waits, neither for its first try nor for another. */
  idle(): boolean;
  /** Deliveries that ended well, and that were given up. */
  readonly delivered: number;
  readonly failed: number;
  /** Waits briefly for what is under way. What is left stays on disk for the next start. */
  close(): Promise<void>;
}

export interface DelivererOptions {
  /** Keeps what is not delivered yet. */
  file: string;
  clock: SandboxClock;
  /** Nothing is sent before it resolves. */
  ready: Promise<void>;
  /** Rejects when it is to be tried again, or with a `code` that says there is no point: NO_RESOURCE, NO_PERMISSIONS. */
  send: (delivery: Delivery) => Promise<void>;
  /** Called once a delivery is given up, before it is forgotten. */
  giveUp: (delivery: Delivery, failure: Failure) => Promise<void>;
}

const MOST_AT_ONCE = 64;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 10 * 60_000;
const CLOSE_WITHIN_MS = 2000;

/** "Some events are dropped or sent to a DLQ without any retry": missing permissions, or a target that is gone. */
const POINTLESS = new Set(['NO_RESOURCE', 'NO_PERMISSIONS', 'INVALID_PARAMETER', 'INVALID_JSON']);

/** SQS's own names for what EventBridge calls otherwise. */
const FROM_SQS: Readonly<Record<string, string>> = {
  'AWS.SimpleQueueService.NonExistentQueue': 'NO_RESOURCE',
  QueueDoesNotExist: 'NO_RESOURCE',
  InvalidParameterValue: 'INVALID_PARAMETER',
};

/** Codes of EventBridge's own that a target's error may bear; any other is ERROR_FROM_TARGET. */
const OWN_CODES = new Set([...POINTLESS, 'CONNECTION_FAILURE', 'INTERNAL_ERROR', 'THROTTLING', 'TIMEOUT']);

const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  if (typeof code !== 'string') return 'ERROR_FROM_TARGET';
  if (Object.hasOwn(FROM_SQS, code)) return FROM_SQS[code] as string;
  return OWN_CODES.has(code) ? code : 'ERROR_FROM_TARGET';
};

/** Exponential back-off, half of it chance. */
const delayBefore = (retry: number): number => {
  const longest = Math.min(FIRST_DELAY_MS * 2 ** Math.min(retry - 1, 20), LONGEST_DELAY_MS);
  return longest / 2 + randomInt(longest / 2);
};

/** Delivers at least once, what an earlier process left undone too, and gives up by each delivery's retry policy. */
export const startDeliverer = ({ file, clock, ready, send, giveUp }: DelivererOptions): Deliverer => {
  interface Try {
    delivery: Delivery;
    retries: number;
  }
  const journal = openJournal<Delivery>(file);
  let waiting: Try[] = journal.entries().map((delivery) => ({ delivery, retries: 0 }));
  let open = waiting.length;
  let next = 0;
  let opened = false;
  let closing: Promise<void> | undefined;
  const underWay = new Set<Promise<void>>();
  const later = new Set<() => void>();
  const counts = { delivered: 0, failed: 0 };

  const end = (delivery: Delivery, how: 'delivered' | 'failed'): void => {
    counts[how]++;
    open--;
    journal.done(delivery.id);
  };

  const attempt = async ({ delivery, retries }: Try): Promise<void> => {
    let failure: Failure;
    if (delivery.refusal !== undefined) failure = { ...delivery.refusal, retries };
    else
      try {
        await send(delivery);
        end(delivery, 'delivered');
        return;
      } catch (error) {
        failure = { code: codeOf(error), message: error instanceof Error ? error.message : String(error), retries };
      }
    // What fails because the sandbox is stopping is tried by the next process.
    if (closing !== undefined) return;
    const deadline = delivery.acceptedAt + delivery.maxAgeMs;
    if (delivery.refusal === undefined && !POINTLESS.has(failure.code)) {
      if (retries >= delivery.maxRetries) failure.exhausted = 'MaximumRetryAttempts';
      else if (clock.now() >= deadline) failure.exhausted = 'MaximumEventAgeInSeconds';
      else {
        const cancel = clock.at(Math.min(clock.now() + delayBefore(retries + 1), deadline), () => {
          later.delete(cancel);
          waiting.push({ delivery, retries: retries + 1 });
          pump();
        });
        later.add(cancel);
        return;
      }
    }
    try {
      await giveUp(delivery, failure);
    } catch {
      // EventBridge drops what neither the target nor its dead-letter queue takes.
      if (closing !== undefined) return;
    }
    end(delivery, 'failed');
  };

  const pump = (): void => {
    while (opened && closing === undefined && underWay.size < MOST_AT_ONCE && next < waiting.length) {
      const work: Promise<void> = attempt(waiting[next++] as Try).then(() => {
        underWay.delete(work);
        pump();
      });
      underWay.add(work);
    }
    if (next > 1000 && next * 2 > waiting.length) {
      waiting = waiting.slice(next);
      next = 0;
    }
  };

  const openUp = (): void => {
    opened = true;
    pump();
  };
  // When the targets could not be made, whoever makes them says so; here everything waits for the next start.
  ready.then(openUp, () => {});

  const close = async (): Promise<void> => {
    for (const cancel of later) cancel();
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSE_WITHIN_MS);
    });
    await Promise.race([Promise.all(underWay), enough]);
    clearTimeout(timer);
    journal.close();
  };

  return {
    add: (deliveries) => {
      if (deliveries.length === 0) return;
      if (closing !== undefined) throw new Error('the sandbox is stopping and accepts nothing more');
      journal.add(deliveries);
      open += deliveries.length;
      for (const delivery of deliveries) waiting.push({ delivery, retries: 0 });
      setImmediate(pump);
    },
    idle: () => open === 0,
    get delivered() {
      return counts.delivered;
    },
    get failed() {
      return counts.failed;
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
};
