import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { Batch, BatchStatus, Fate, ItemMessage, Ran, Verdict } from './batch.ts';
import { type EntryOutside, entryRunner } from './run-entry.ts';

/** The batches of all catalogs: they wait, run when the clock says so, and can be asked about by handle. */
export interface Batches {
  accept(batch: Omit<Batch, 'handle' | 'acceptedAt' | 'endAt' | 'verdict'>, processingMs: number): Batch;
  /** Where the batch stands now; undefined if the handle is not of this catalog, or no longer known. */
  status(catalog: string, handle: string): Verdict | undefined;
  /** Puts back what was accepted, and what ran, before a restart. */
  restoreAccepted(batch: Batch): void;
  restoreRan(ran: Ran): void;
  /** Sets the clock for all that has not run yet. To be called once, after everything is restored. */
  start(): void;
  all(): Iterable<Batch & { lateAt?: number }>;
  stop(): void;
}

export interface BatchesOutside extends EntryOutside {
  clock: SandboxClock;
  keepAccepted(batch: Batch): void;
  keepRan(ran: Ran): void;
}

/** `Ac` and 96 to 112 URL-safe characters. */
const newHandle = (): string => `Ac${randomBytes(72 + Math.floor(Math.random() * 13)).toString('base64url')}`;

/** A batch is scheduled for the first tenth of its time, dispatched for the second, and then started. */
const PHASE = 0.1;

export const batches = ({ clock, settings, items, localized, keepAccepted, keepRan }: BatchesOutside): Batches => {
  type Held = Batch & { lateAt?: number; callOff?: () => void };
  const held = new Map<string, Held>();

  const { apply, judge } = entryRunner({ settings, items, localized });

  /** Takes note of a run that is done: the entries that wait for a late one stay, the others are no longer needed. */
  const settle = (batch: Held, ran: Ran): void => {
    const skipped = new Set(ran.skipped);
    const failed = new Set(ran.verdict.errors.map((error) => error.line));
    batch.verdict = ran.verdict;
    batch.entries =
      ran.lateAt === undefined ? [] : batch.entries.filter(({ line }) => skipped.has(line) && !failed.has(line));
    if (ran.lateAt === undefined) delete batch.lateAt;
    else batch.lateAt = ran.lateAt;
  };

  const run = (batch: Held): void => {
    const isLate = batch.verdict !== undefined;
    const fate = isLate ? undefined : batch.fate;
    const reached = fate === undefined ? batch.entries.length : Math.ceil(batch.entries.length * fate.share);
    const errors: ItemMessage[] = [];
    const warnings: ItemMessage[] = [];
    const skipped: number[] = [];
    batch.entries.forEach((entry, place) => {
      const { line, id, refused } = entry;
      if (place >= reached) {
        skipped.push(line);
        return;
      }
      const found = judge(batch, entry);
      const errorType = refused?.errorType === undefined ? {} : { errorType: refused.errorType };
      errors.push(
        ...found.missing.map((message) => ({ line, id, message, isMissingField: true })),
        ...found.errors.map((message) => ({ line, id, message, ...errorType })),
      );
      warnings.push(...found.warnings.map((message) => ({ line, id, message })));
      if (found.missing.length + found.errors.length > 0) skipped.push(line);
      else apply(batch, entry);
    });
    const ends: Record<Fate['end'], BatchStatus> = { error: 'error', canceled: 'canceled', never: 'started' };
    const verdict = batch.verdict ?? { status: fate ? ends[fate.end] : 'finished', errors, warnings };
    const lateAt = fate?.lateMs === undefined ? undefined : batch.endAt + fate.lateMs;
    const ran: Ran = { handle: batch.handle, verdict, skipped, ...(lateAt === undefined ? {} : { lateAt }) };
    keepRan(ran);
    settle(batch, ran);
    schedule(batch);
    if (!isLate) runOvertaken(batch.catalog);
  };

  /** Whether enough of those that came later have ended. Batches are held in the order in which they came. */
  const isOvertaken = (batch: Held): boolean => {
    const of = [...held.values()].filter(({ catalog }) => catalog === batch.catalog);
    const later = of.slice(of.indexOf(batch) + 1).filter(({ verdict }) => verdict !== undefined);
    return later.length >= (batch.overtakenBy ?? 0);
  };

  /** Runs what waited for later batches to end, as far as its own time has come. */
  const runOvertaken = (catalog: string): void => {
    for (const batch of held.values()) {
      const waits = batch.overtakenBy !== undefined && batch.verdict === undefined && batch.catalog === catalog;
      if (!waits || !isOvertaken(batch)) continue;
      if (batch.endAt <= clock.now()) run(batch);
      else schedule(batch);
    }
  };

  const schedule = (batch: Held): void => {
    batch.callOff?.();
    delete batch.callOff;
    if (batch.verdict === undefined && batch.overtakenBy !== undefined && !isOvertaken(batch)) return;
    const at = batch.verdict === undefined ? batch.endAt : batch.lateAt;
    if (at !== undefined) batch.callOff = clock.at(at, () => run(batch));
  };

  return {
    accept: (described, processingMs) => {
      const acceptedAt = clock.now();
      const batch: Held = { ...described, handle: newHandle(), acceptedAt, endAt: acceptedAt + processingMs };
      keepAccepted(batch);
      held.set(batch.handle, batch);
      schedule(batch);
      return batch;
    },
    status: (catalog, handle) => {
      const batch = held.get(handle);
      if (batch?.catalog !== catalog) return undefined;
      const { handleLifetimeMs } = settings;
      if (handleLifetimeMs !== null && clock.now() >= batch.acceptedAt + handleLifetimeMs) return undefined;
      if (batch.verdict !== undefined) return batch.verdict;
      const part = (clock.now() - batch.acceptedAt) / Math.max(batch.endAt - batch.acceptedAt, 1);
      const status = part < PHASE ? 'scheduled' : part < 2 * PHASE ? 'dispatched' : 'started';
      return { status, errors: [], warnings: [] };
    },
    restoreAccepted: (batch) => {
      held.set(batch.handle, { ...batch });
    },
    restoreRan: (ran) => {
      const batch = held.get(ran.handle);
      if (batch === undefined) return;
      const skipped = new Set(ran.skipped);
      for (const entry of batch.entries) if (!skipped.has(entry.line)) apply(batch, entry);
      settle(batch, ran);
    },
    start: () => {
      for (const batch of held.values()) schedule(batch);
    },
    all: () => held.values(),
    stop: () => {
      for (const batch of held.values()) batch.callOff?.();
    },
  };
};
