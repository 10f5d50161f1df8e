import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { BatchEntry, Carried, Entry, Plan } from '@catalog-sync/shared/records/transform.ts';
import type { CatalogSettings } from '@catalog-sync/shared/settings.ts';
import { type Candidate, type FoldInput, fold } from './fold.ts';
import { risksOf } from './gate.ts';
import { groupsOf } from './groups.ts';
import { kindOf } from './kind.ts';
import { minutesFor } from './minutes-for.ts';
import { queueUp } from './queue-up.ts';
import { samplesOf } from './samples.ts';
import { type BatchBody, splitIntoBatches } from './split-into-batches.ts';

/** A plan before its batches are written: all but their keys, and the plan's own hash. */
export interface Draft {
  batches: BatchBody<Candidate>[];
  rest: Omit<Plan, 'sync' | 'hash' | 'fromState' | 'openedAt' | 'batches'>;
}

/** What a sync is about to change: the fold, bounded, gated, and cut into batches. Pure. */
export const draftPlan = (
  input: FoldInput,
  landed: { landed: number; valid: number; rejected: number },
  settings: CatalogSettings,
): Draft => {
  const { entries } = input.known;
  const folded = fold(input);
  const queue = queueUp(folded.toSend, entries);
  const all = splitIntoBatches(queue, requestOf, settings);
  const batches = all.slice(0, settings.maxBatches);
  const beyond = all.slice(settings.maxBatches).flatMap(({ items }) => items);
  const waiting = [
    ...folded.embargoed.map(({ candidate, until }) => ({ candidate, notBefore: until })),
    ...beyond.map((candidate) => ({ candidate, notBefore: epochMs(0) })),
  ];
  const fromFile = (candidates: readonly Candidate[]): number =>
    candidates.filter(({ from, op }) => from === 'file' && op === 'UPDATE').length;
  const onceCarried = (candidates: readonly Candidate[]): number =>
    candidates.filter(({ from, op }) => from === 'carried' && op === 'UPDATE').length;
  const sent = batches.flatMap(({ items }) => items);
  const late = waiting.map(({ candidate }) => candidate);
  const wanted = [...sent, ...late];
  const counted = countKinds(wanted, entries);

  return {
    batches,
    rest: {
      raised: folded.raised,
      carried: waiting.map(({ candidate, notBefore }) => [candidate.id, carriedOn(candidate, notBefore)]),
      floor: folded.floor,
      rows: {
        ...landed,
        ...folded.fileRows,
        accepted: 0,
        held: fromFile(sent),
        carried: fromFile(late),
      },
      carriedRows: { ...folded.carriedRows, carried: onceCarried(late) },
      counts: { ...counted, unchanged: folded.fileRows.unchanged, rejected: landed.rejected },
      brands: groupsOf('brand', wanted, entries),
      categories: groupsOf('google_product_category', wanted, entries),
      risks: risksOf(wanted, entries, settings.gate),
      samples: samplesOf(wanted, entries),
      calls: all.length,
      minutes: minutesFor(all.length, settings.callsPerHour),
      warnings:
        folded.late > 0
          ? [`${folded.late} row(s) are older than what was synced of their product already, and were not used`]
          : [],
    },
  };
};

/** One record of an items_batch call. */
export const requestOf = ({ op, id, data }: Candidate) => ({ method: op, data: op === 'DELETE' ? { id } : data });

export const entryOf = (candidate: Candidate): BatchEntry => ({
  id: candidate.id,
  op: candidate.op,
  order: candidate.order,
  fingerprint: candidate.fingerprint,
  price: String(candidate.data.price ?? ''),
  availability: String(candidate.data.availability ?? ''),
  asked: candidate.asked,
  wasCarried: candidate.from === 'carried',
  syncs: candidate.syncs,
});

const carriedOn = ({ op, order, data, asked, syncs }: Candidate, notBefore: EpochMs): Carried => ({
  op,
  order,
  data,
  notBefore,
  gated: true,
  asked,
  syncs: syncs + 1,
});

const countKinds = (candidates: readonly Candidate[], entries: ReadonlyMap<string, Entry>) => {
  const counts = { creates: 0, updates: 0, deletes: 0 };
  for (const candidate of candidates) counts[`${kindOf(candidate, entries.get(candidate.id))}s`] += 1;
  return counts;
};
