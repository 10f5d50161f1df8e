import { randomUUID } from 'node:crypto';
import type { SandboxClock } from '../../clock.ts';
import { openJournal } from '../events/journal.ts';
import {
  type Condition,
  type DeadLetterAttributes,
  deadLetterAttributes,
  type Ending,
  type InvocationRecord,
  recordOf,
} from './async-record.ts';
import type { InvocationResult, SandboxFunction } from './function.ts';

/** AWS::Lambda::EventInvokeConfig, and the function's DeadLetterConfig. */
export interface AsyncSettings {
  /** 0 to 2. */
  maximumRetryAttempts: number;
  /** 60 to 21,600. */
  maximumEventAgeSeconds: number;
  /** ARNs. */
  onSuccess?: string | undefined;
  onFailure?: string | undefined;
  deadLetter?: string | undefined;
}

/** Where what is done with goes. What they reject is lost, as on AWS. */
export interface Destinations {
  record(arn: string, record: InvocationRecord): Promise<void>;
  deadLetter(arn: string, body: string, attributes: DeadLetterAttributes): Promise<void>;
}

export interface AsyncInvokerOptions {
  target: SandboxFunction;
  settings: AsyncSettings;
  destinations: Destinations;
  clock: SandboxClock;
  /** Keeps the events that are not done. */
  file: string;
  /** Nothing is invoked before it resolves. */
  ready: Promise<void>;
}

/** Lambda's queue of a function's asynchronous events. */
export interface AsyncInvoker {
  /**
   * Takes an event, which is on disk when this returns, and gives the request's id: that of each attempt.
   * Throws RequestTooLargeException beyond 1 MB.
   */
  invokeAsync(event: unknown): string;
  /** Whether no event waits for its first attempt or another. */
  idle(): boolean;
  /** Lets invocations end for `graceMs`. What is not done stays on disk for the next start. */
  close(graceMs: number): Promise<void>;
}

/** "Invocation payload: 1 MB each for asynchronous" (Lambda quotas). */
const MOST_BYTES = 1024 * 1024;
/** "A one-minute wait between the first two attempts, and two minutes between the second and third." */
const WAITS_MS = [60_000, 120_000];

/** An event in the queue. Times are epoch milliseconds of the sandbox's clock. */
interface Queued {
  id: string;
  event: unknown;
  acceptedAt: number;
  dueAt: number;
  invokeCount: number;
  last?: InvocationResult;
}

/**
 * Opens a function's queue of asynchronous events, with what an earlier process left in it. An error of the function is
 * retried by the settings; then its record goes to the failure's destination and the event to the dead-letter queue.
 */
export const openAsyncInvoker = (options: AsyncInvokerOptions): AsyncInvoker => {
  const { target, settings, destinations, clock, file, ready } = options;
  const { onSuccess, onFailure, deadLetter } = settings;
  const journal = openJournal<Queued>(file);
  const due: Queued[] = [];
  const later = new Set<() => void>();
  const underWay = new Set<Promise<void>>();
  let open = 0;
  let opened = false;
  let closing: Promise<void> | undefined;

  const end = async (entry: Queued, condition: Condition): Promise<void> => {
    const { id: requestId, event, invokeCount, last } = entry;
    const ending: Ending = { requestId, functionArn: target.arn, event, condition, invokeCount, last };
    const failed = condition !== 'Success';
    const destination = failed ? onFailure : onSuccess;
    await Promise.allSettled([
      destination !== undefined && destinations.record(destination, recordOf(ending, clock.now())),
      failed &&
        deadLetter !== undefined &&
        destinations.deadLetter(deadLetter, JSON.stringify(event), deadLetterAttributes(ending)),
    ]);
    open -= 1;
    journal.done(requestId);
  };

  const attempt = async (entry: Queued): Promise<void> => {
    // "Lambda sends any events to the dead-letter queue or the on-failure destination, without any retries."
    if (target.concurrency === 0) return end(entry, 'ZeroReservedConcurrency');
    const deadline = entry.acceptedAt + settings.maximumEventAgeSeconds * 1000;
    if (clock.now() > deadline) return end(entry, 'EventAgeExceeded');
    const last = await target.invoke(entry.event, entry.id);
    const tried = { ...entry, last, invokeCount: entry.invokeCount + 1 };
    if (last.ok) return end(tried, 'Success');
    // What fails because the sandbox is stopping is tried by the next process.
    if (closing !== undefined) return;
    if (tried.invokeCount > settings.maximumRetryAttempts) return end(tried, 'RetriesExhausted');
    const dueAt = clock.now() + (WAITS_MS[entry.invokeCount] ?? 0);
    if (dueAt > deadline) return end(tried, 'EventAgeExceeded');
    const again = { ...tried, dueAt };
    journal.add([again]);
    wait(again);
  };

  const pump = (): void => {
    while (opened && closing === undefined && due.length > 0 && underWay.size < Math.max(target.concurrency, 1)) {
      const work: Promise<void> = attempt(due.shift()!).then(() => {
        underWay.delete(work);
        pump();
      });
      underWay.add(work);
    }
  };
  const wait = (entry: Queued): void => {
    const callOff = clock.at(entry.dueAt, () => {
      later.delete(callOff);
      due.push(entry);
      pump();
    });
    later.add(callOff);
  };

  for (const entry of journal.entries()) {
    open += 1;
    wait(entry);
  }
  ready.then(
    () => {
      opened = true;
      pump();
    },
    () => undefined,
  );

  const close = async (graceMs: number): Promise<void> => {
    for (const callOff of later) callOff();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([Promise.all(underWay), patience]);
    clearTimeout(timer);
    journal.close();
  };

  return {
    invokeAsync: (event) => {
      if (closing !== undefined) throw new Error('the sandbox is stopping and accepts nothing more');
      const bytes = Buffer.byteLength(JSON.stringify(event) ?? '');
      if (bytes > MOST_BYTES)
        throw Object.assign(
          new Error(`an asynchronous event of ${target.name} has ${bytes} bytes, and Lambda takes ${MOST_BYTES}`),
          { name: 'RequestTooLargeException' },
        );
      const entry = { id: randomUUID(), event, acceptedAt: clock.now(), dueAt: clock.now(), invokeCount: 0 };
      journal.add([entry]);
      open += 1;
      due.push(entry);
      setImmediate(pump);
      return entry.id;
    },
    idle: () => open === 0,
    close: (graceMs) => {
      closing ??= close(graceMs);
      return closing;
    },
  };
};
