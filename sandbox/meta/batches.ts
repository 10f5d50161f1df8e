import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { Batch, BatchStatus, Entry, Fate, ItemMessage, KeptEntry, NewEntry, Ran, Verdict } from './batch.ts';
import type { Place } from './place.ts';
import type { Fields } from './product-fields.ts';
import { type EntryOutside, entryRunner } from './run-entry.ts';

/** A batch with what is still to be applied of it. */
export interface HeldBatch {
  batch: Batch;
  entries: readonly KeptEntry[];
  /** When what was left undone is applied after all; epoch milliseconds. */
  lateAt?: number;
}

/** The batches of all catalogs: they wait, run when the clock says so, and can be asked about by handle. */
export interface Batches {
  /** Answers with the batch's handle. */
  accept(
    batch: Omit<Batch, 'handle' | 'acceptedAt' | 'endAt' | 'verdict'>,
    entries: readonly NewEntry[],
    processingMs: number,
  ): string;
  /** Where the batch stands now; undefined if the handle is not of this catalog, or no longer known. */
  status(catalog: string, handle: string): Verdict | undefined;
  /** Puts back what was accepted, and what ran, before a restart. */
  restoreAccepted(batch: Batch, entries: readonly Entry[], places: readonly Place[]): void;
  restoreRan(ran: Ran, places: readonly Place[]): void;
  /** Sets the clock for all that has not run yet. To be called once, after everything is restored. */
  start(): void;
  all(): Iterable<HeldBatch>;
  stop(): void;
}

export interface BatchesOutside extends EntryOutside {
  clock: SandboxClock;
  /** Writes down what a restart needs, and says where the texts are kept. */
  keepAccepted(batch: Batch, entries: readonly Entry[], texts: readonly string[]): Place[];
  keepRan(ran: Ran, texts: readonly string[]): Place[];
  read(places: readonly Place[]): string[];
}

/** `Ac` and 96 to 112 URL-safe characters. */
const newHandle = (): string => `Ac${randomBytes(72 + Math.floor(Math.random() * 13)).toString('base64url')}`;

/** A batch is scheduled for the first tenth of its time, dispatched for the second, and then started. */
const PHASE = 0.1;

export const batches = (outside: BatchesOutside): Batches => {
  const { clock, settings, keepAccepted, keepRan, read } = outside;
  interface Held extends HeldBatch {
    callOff?: () => void;
  }
  const held = new Map<string, Held>();
  const { judge, apply, sizeOf, storedOf } = entryRunner(outside);

  const hold = (batch: Batch, entries: readonly Entry[], places: readonly Place[]): Held => {
    const kept = { batch, entries: entries.map((entry, n) => ({ ...entry, place: places[n]! })) };
    held.set(batch.handle, kept);
    return kept;
  };

  /** Does what a run came to. The entries that wait for a late one stay, the others are no longer needed. */
  const settle = (kept: Held, ran: Ran, places: readonly Place[]): void => {
    const { batch, entries } = kept;
    const skipped = new Set(ran.skipped);
    const failed = new Set(ran.verdict.errors.map((error) => error.line));
    const mergedAt = new Map(ran.merged.map((line, n) => [line, places[n]!]));
    for (const entry of entries)
      if (!skipped.has(entry.line)) apply(batch, entry, mergedAt.get(entry.line) ?? entry.place);
    batch.verdict = ran.verdict;
    kept.entries = ran.lateAt === undefined ? [] : entries.filter(({ line }) => skipped.has(line) && !failed.has(line));
    if (ran.lateAt === undefined) delete kept.lateAt;
    else kept.lateAt = ran.lateAt;
  };

  const run = (kept: Held): void => {
    const { batch, entries } = kept;
    const isLate = batch.verdict !== undefined;
    const fate = isLate ? undefined : batch.fate;
    const reached = fate === undefined ? entries.length : Math.ceil(entries.length * fate.share);
    const errors: ItemMessage[] = [];
    const warnings: ItemMessage[] = [];
    const skipped = entries.slice(reached).map(({ line }) => line);
    const merged = new Map<number, string>();
    const due = entries.slice(0, reached);
    const texts = read(due.map(({ place }) => place));
    const stored = storedOf(batch, due);
    let size = sizeOf(batch);
    due.forEach((entry, n) => {
      const { line, id, refused } = entry;
      const found = judge(batch, entry, JSON.parse(texts[n]!) as Fields, stored[n], size);
      const errorType = refused?.errorType === undefined ? {} : { errorType: refused.errorType };
      errors.push(
        ...found.missing.map((message) => ({ line, id, message, isMissingField: true })),
        ...found.errors.map((message) => ({ line, id, message, ...errorType })),
      );
      warnings.push(...found.warnings.map((message) => ({ line, id, message })));
      if (found.missing.length + found.errors.length > 0) {
        skipped.push(line);
        return;
      }
      size += found.growth;
      if (found.merged !== undefined) merged.set(line, found.merged);
    });
    const ends: Record<Fate['end'], BatchStatus> = { error: 'error', canceled: 'canceled', never: 'started' };
    const verdict = batch.verdict ?? { status: fate ? ends[fate.end] : 'finished', errors, warnings };
    const lateAt = fate?.lateMs === undefined ? undefined : batch.endAt + fate.lateMs;
    const ran: Ran = {
      handle: batch.handle,
      verdict,
      skipped,
      merged: [...merged.keys()],
      ...(lateAt === undefined ? {} : { lateAt }),
    };
    settle(kept, ran, keepRan(ran, [...merged.values()]));
    schedule(kept);
    if (!isLate) runOvertaken(batch.catalog);
  };

  /** Whether enough of those that came later have ended. Batches are held in the order in which they came. */
  const isOvertaken = ({ batch }: Held): boolean => {
    const of = [...held.values()].map((kept) => kept.batch).filter(({ catalog }) => catalog === batch.catalog);
    const later = of.slice(of.indexOf(batch) + 1).filter(({ verdict }) => verdict !== undefined);
    return later.length >= (batch.overtakenBy ?? 0);
  };

  /** Runs what waited for later batches to end, as far as its own time has come. */
  const runOvertaken = (catalog: string): void => {
    for (const kept of held.values()) {
      const { batch } = kept;
      const waits = batch.overtakenBy !== undefined && batch.verdict === undefined && batch.catalog === catalog;
      if (!waits || !isOvertaken(kept)) continue;
      if (batch.endAt <= clock.now()) run(kept);
      else schedule(kept);
    }
  };

  const schedule = (kept: Held): void => {
    const { batch } = kept;
    kept.callOff?.();
    delete kept.callOff;
    if (batch.verdict === undefined && batch.overtakenBy !== undefined && !isOvertaken(kept)) return;
    const at = batch.verdict === undefined ? batch.endAt : kept.lateAt;
    if (at !== undefined) kept.callOff = clock.at(at, () => run(kept));
  };

  return {
    accept: (described, entries, processingMs) => {
      const acceptedAt = clock.now();
      const batch: Batch = { ...described, handle: newHandle(), acceptedAt, endAt: acceptedAt + processingMs };
      const kept = entries.map(({ fields, ...entry }) => entry);
      const texts = entries.map(({ fields }) => JSON.stringify(fields));
      schedule(hold(batch, kept, keepAccepted(batch, kept, texts)));
      return batch.handle;
    },
    status: (catalog, handle) => {
      const batch = held.get(handle)?.batch;
      if (batch?.catalog !== catalog) return undefined;
      const { handleLifetimeMs } = settings;
      if (handleLifetimeMs !== null && clock.now() >= batch.acceptedAt + handleLifetimeMs) return undefined;
      if (batch.verdict !== undefined) return batch.verdict;
      const part = (clock.now() - batch.acceptedAt) / Math.max(batch.endAt - batch.acceptedAt, 1);
      const status = part < PHASE ? 'scheduled' : part < 2 * PHASE ? 'dispatched' : 'started';
      return { status, errors: [], warnings: [] };
    },
    restoreAccepted: hold,
    restoreRan: (ran, places) => {
      const kept = held.get(ran.handle);
      if (kept !== undefined) settle(kept, ran, places);
    },
    start: () => {
      for (const kept of held.values()) schedule(kept);
    },
    all: () => held.values(),
    stop: () => {
      for (const kept of held.values()) kept.callOff?.();
    },
  };
};
