import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { CatalogItems } from './catalog-items.ts';
import { judgeWhenRun, takenFields } from './judge-item.ts';
import { messages } from './messages.ts';
import type { Fields } from './product-fields.ts';
import type { Settings } from './settings.ts';

export type Method = 'CREATE' | 'UPDATE' | 'DELETE';

/** One entry of an accepted batch that the call itself found nothing wrong with. */
export interface Entry {
  /** Its place in the call, from 0. Meta's samples show 0 and 1 as the first: clients go by the id. */
  line: number;
  method: Method;
  id: string;
  data: Fields;
  /** It will be refused when the batch runs, with this message if one is given. */
  refused?: { message?: string };
}

/** An end that a fault has chosen for a batch. What it leaves undone is applied `lateMs` after the end, or never. */
export interface Fate {
  end: 'error' | 'canceled' | 'never';
  /** The part of the entries, from the first on, that is applied all the same: 0 to 1. */
  share: number;
  lateMs?: number;
}

export interface ItemMessage {
  line: number;
  id: string;
  message: string;
}

/** The words of the wire. Source: developers.facebook.com/docs/marketing-api/catalog-batch/guides/get-batch-request */
export type BatchStatus = 'scheduled' | 'dispatched' | 'started' | 'finished' | 'error' | 'canceled';

/** An accepted batch, as it is kept. */
export interface Batch {
  handle: string;
  catalog: string;
  /** Epoch milliseconds. */
  acceptedAt: number;
  endAt: number;
  upsert: boolean;
  /** What is still to be applied. */
  entries: Entry[];
  fate?: Fate;
  /** What came of it, once it has ended. */
  verdict?: Verdict;
}

export interface Verdict {
  status: BatchStatus;
  errors: ItemMessage[];
  warnings: ItemMessage[];
}

/** What is kept of a run: with it the same entries can be applied again after a restart, without judging anew. */
export interface Ran {
  handle: string;
  verdict: Verdict;
  /** Lines that were not applied. */
  skipped: number[];
  /** When those of them that have no error are applied after all; epoch milliseconds. */
  lateAt?: number;
}

/** The batches of all catalogs: they wait, run when the clock says so, and can be asked about by handle. */
export interface Batches {
  accept(batch: Omit<Batch, 'handle' | 'acceptedAt' | 'endAt' | 'verdict'>, processingMs: number): Batch;
  /** Where the batch stands now; undefined if the handle is not of this catalog. */
  status(catalog: string, handle: string): Verdict | undefined;
  /** Puts back what was accepted, and what ran, before a restart. */
  restoreAccepted(batch: Batch): void;
  restoreRan(ran: Ran): void;
  /** Sets the clock for all that has not run yet. To be called once, after everything is restored. */
  start(): void;
  all(): Iterable<Batch & { lateAt?: number }>;
  stop(): void;
}

export interface BatchesOutside {
  clock: SandboxClock;
  settings: Settings;
  items(catalog: string): CatalogItems;
  keepAccepted(batch: Batch): void;
  keepRan(ran: Ran): void;
}

/** `Ac` and 96 to 112 URL-safe characters. */
const newHandle = (): string => `Ac${randomBytes(72 + Math.floor(Math.random() * 13)).toString('base64url')}`;

/** A batch is scheduled for the first tenth of its time, dispatched for the second, and then started. */
const PHASE = 0.1;

export const batches = ({ clock, settings, items, keepAccepted, keepRan }: BatchesOutside): Batches => {
  type Held = Batch & { lateAt?: number; callOff?: () => void };
  const held = new Map<string, Held>();

  const apply = (batch: Held, entry: Entry): void => {
    if (entry.method === 'DELETE') items(batch.catalog).delete(entry.id);
    else items(batch.catalog).merge(entry.id, { ...takenFields(entry.data), id: entry.id });
  };

  const judge = (batch: Held, entry: Entry): { errors: string[]; warnings: string[] } => {
    const say = messages[settings.language];
    if (entry.refused) return { errors: [entry.refused.message ?? say.refused(entry.line, entry.id)], warnings: [] };
    if (entry.method === 'DELETE') return { errors: [], warnings: [] };
    const before = items(batch.catalog).get(entry.id);
    if (before === undefined && entry.method === 'UPDATE' && !batch.upsert)
      return { errors: [say.unknownItem(entry.line, entry.id)], warnings: [] };
    return judgeWhenRun(entry.line, before, { ...takenFields(entry.data), id: entry.id }, say, settings.textLimits);
  };

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
      const { line, id } = entry;
      if (place >= reached) {
        skipped.push(line);
        return;
      }
      const found = judge(batch, entry);
      errors.push(...found.errors.map((message) => ({ line, id, message })));
      warnings.push(...found.warnings.map((message) => ({ line, id, message })));
      if (found.errors.length > 0) skipped.push(line);
      else apply(batch, entry);
    });
    const ends: Record<Fate['end'], BatchStatus> = { error: 'error', canceled: 'canceled', never: 'started' };
    const verdict = batch.verdict ?? { status: fate ? ends[fate.end] : 'finished', errors, warnings };
    const lateAt = fate?.lateMs === undefined ? undefined : batch.endAt + fate.lateMs;
    const ran: Ran = { handle: batch.handle, verdict, skipped, ...(lateAt === undefined ? {} : { lateAt }) };
    keepRan(ran);
    settle(batch, ran);
    schedule(batch);
  };

  const schedule = (batch: Held): void => {
    batch.callOff?.();
    const at = batch.verdict === undefined ? batch.endAt : batch.lateAt;
    if (at !== undefined) batch.callOff = clock.at(at, () => run(batch));
    else delete batch.callOff;
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
