/**
 * Folds a validated sync into a plan, partition by partition: at any moment one of them is in memory. Twice, because which
 * rows have room is known only when all have been counted; but what there is to send is kept from the first time to the
 * second as long as it is little, and where nothing can have room any more all is done at once.
 */
import { type SyncRef, syncFolder } from '@catalog-sync/shared/catalog/sync.ts';
import { canonicalJson, hashOf } from '@catalog-sync/shared/hash.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import type { SyncRecord } from '@catalog-sync/shared/records/ingest.ts';
import { readStoredJson } from '@catalog-sync/shared/records/record.ts';
import {
  Plan,
  type Pointer,
  type Sample,
  type State,
  type StatePartition,
} from '@catalog-sync/shared/records/transform.ts';
import { Validation, type ValidationRecord } from '@catalog-sync/shared/records/validate.ts';
import type { CatalogSettings } from '@catalog-sync/shared/settings.ts';
import type { Sizes } from '@catalog-sync/shared/sizes.ts';
import { type BatchWriter, openBatchWriter } from './batch-writer.ts';
import { cutIntoBatches } from './domain/cut-into-batches.ts';
import { deleteRequest } from './domain/delete-request.ts';
import { draftPartition, isAtRest } from './domain/draft-partition.ts';
import { entryOf } from './domain/entry-of.ts';
import type { Candidate } from './domain/fold.ts';
import { type FoldedPartition, foldPartition, type PartitionInput } from './domain/fold-partition.ts';
import { minutesFor } from './domain/minutes-for.ts';
import { openPicture, type Picture } from './domain/picture.ts';
import { openPlaces, type Places } from './domain/places.ts';
import { queueUp, sizeOf } from './domain/queue-up.ts';
import type { Picked } from './domain/samples.ts';
import { idOf, readItems } from './read-items.ts';
import { openSources, type Sources } from './sources.ts';
import { KEPT_STATES, readState, writePartition } from './states.ts';

/** One partition, folded. */
interface Fold {
  input: PartitionInput;
  folded: FoldedPartition;
  /** What is to be sent, by urgency. */
  queues: Candidate[][];
}

/** What was found of all partitions before anything is written. */
interface Survey {
  picture: Picture;
  places: Places;
  /** Partitions that stay as they are unless some of their rows have room, with how many rows are carried on then. */
  atRest: ReadonlyMap<number, number>;
  /** Partitions of which nothing has room, however much the others hold. */
  beyond: ReadonlyMap<number, Drafted>;
  /** The same fold again, or the one that was kept. */
  again(place: number): Promise<Fold>;
}

const foldAt = async (sources: Sources, place: number): Promise<Fold> => {
  const input = await sources.partition(place);
  const folded = foldPartition(input);
  return { input, folded, queues: queueUp(folded.toSend) };
};

/** Rows of files, and rows that had been carried, among candidates. */
const countUpdates = (candidates: readonly Candidate[], from: Candidate['from']): number => {
  let count = 0;
  for (const { op, from: its } of candidates) if (op === 'UPDATE' && its === from) count++;
  return count;
};

/** A partition of the draft, and the rows that wait in it. */
interface Drafted {
  partition: StatePartition;
  /** Rows of this sync's files. */
  ofFiles: number;
  /** Rows that had been carried into this sync. */
  carriedOn: number;
}

/** @param beyond candidates of the fold that have no room */
type Draft = (place: number, fold: Fold, beyond: readonly Candidate[]) => Promise<Drafted>;

const survey = async (
  sources: Sources,
  { keptCandidates }: Sizes,
  room: number,
  draft: Draft,
  goesOn: () => Promise<void>,
): Promise<Survey> => {
  const picture = openPicture();
  const places = openPlaces(room);
  const kept = new Map<number, Fold>();
  const atRest = new Map<number, number>();
  const beyond = new Map<number, Drafted>();
  let keepable = keptCandidates;
  for (let place = 0; place < 2 ** sources.bits; place++) {
    await goesOn();
    const fold = await foldAt(sources, place);
    picture.add(fold.folded, fold.queues);
    places.add(fold.queues.map((queue) => Uint32Array.from(queue, sizeOf)));
    const { input, folded } = fold;
    if (isAtRest(input, folded, folded.toSend)) atRest.set(place, countUpdates(folded.toSend, 'carried'));
    else if (places.firstOf(place) >= room) beyond.set(place, await draft(place, fold, folded.toSend));
    if (beyond.has(place)) continue;
    keepable -= fold.input.before.entries.size + fold.folded.toSend.length + fold.folded.embargoed.length;
    if (keepable >= 0) kept.set(place, fold);
  }
  return {
    picture,
    places,
    atRest,
    beyond,
    again: async (place) => {
      const fold = kept.get(place) ?? (await foldAt(sources, place));
      kept.delete(place);
      return fold;
    },
  };
};

/** Adds to the batches what has room, in the order in which the items lie. */
const addToBatches = async (
  sent: readonly { candidate: Candidate; at: number }[],
  writer: BatchWriter,
  work: Objects,
): Promise<void> => {
  const withItem = sent.filter(({ candidate }) => candidate.op === 'UPDATE');
  const items = readItems(
    work,
    withItem.map(({ candidate: { content, key } }) => {
      if (content.item === null) throw new Error(`nobody kept the item of ${key}, which is to be sent`);
      return content.item;
    }),
  );
  for (const { candidate, at } of withItem) {
    const { value: item } = await items.next();
    if (item === undefined) throw new Error(`fewer items were read than asked for`);
    await writer.add(at, item, entryOf(candidate, candidate.id ?? idOf(item)));
  }
  for (const { candidate, at } of sent) {
    if (candidate.op === 'DELETE') await writer.add(at, deleteRequest(candidate.id), entryOf(candidate, candidate.id!));
  }
};

const sampleOf = async ({ id, ...sample }: Picked, work: Objects): Promise<Sample> => {
  if (typeof id === 'string') return { id, ...sample };
  const { value: item } = await readItems(work, [id]).next();
  return { id: idOf(item as Uint8Array), ...sample };
};

const sum = (partitions: readonly StatePartition[], of: 'entries' | 'live' | 'carried'): number =>
  partitions.reduce((total, partition) => total + partition[of], 0);

/** What a plan is made from: what was found in the sync's files, and the state that it meets. */
export interface Inputs {
  validated: ValidationRecord;
  validation: Validation;
  stateKey: Pointer['stateKey'];
  state: State;
}

export const readInputs = async (
  validated: ValidationRecord,
  { stateKey }: Pick<Pointer, 'stateKey'>,
  work: Objects,
): Promise<Inputs> => {
  const validation = await readStoredJson(Validation, work, validated.key);
  return { validated, validation, stateKey, state: await readState(work, stateKey, validation.mapping) };
};

/** How many rows there are to fold: those of the files, and those that wait. */
export const rowsOf = ({ validated, state }: Inputs): number => validated.valid + sum(state.partitions, 'carried');

/**
 * Makes the plan of a validated sync and writes it: batches and the draft of the next state first, the plan last, each
 * named by its content, so that two workers write the same objects. Sends nothing. Returns the plan and its key.
 * @param goesOn called partition by partition
 */
export const makePlan = async (
  ref: SyncRef,
  sync: SyncRecord,
  { validated, validation, stateKey, state }: Inputs,
  settings: CatalogSettings,
  { work, sizes }: { work: Objects; sizes: Sizes },
  goesOn: () => Promise<void> = async () => {},
): Promise<{ plan: Plan; key: string }> => {
  const sources = openSources(work, state, validation, sync);
  const draft: Draft = async (place, { input, folded }, waiting) => {
    const next = draftPartition(input, folded, waiting);
    const same = next === input.before && sources.bits === state.bits;
    const late = [...folded.embargoed.map(({ candidate }) => candidate), ...waiting];
    return {
      partition: same ? state.partitions[place]! : await writePartition(work, ref, place, next),
      ofFiles: countUpdates(late, 'file'),
      carriedOn: countUpdates(late, 'carried'),
    };
  };
  const room = settings.maxBatches * settings.maxItems;
  const { picture, places, atRest, beyond, again } = await survey(sources, sizes, room, draft, goesOn);
  const cuts = cutIntoBatches(places.sizes(), settings);
  const going = cuts.slice(0, settings.maxBatches);
  const writer = openBatchWriter(ref, going, work);
  const items = going.reduce((total, cut) => total + cut.items, 0);

  const partitions: StatePartition[] = [];
  const rows = { held: 0, carried: 0 };
  let carriedOn = 0;
  const add = (drafted: Drafted): void => {
    partitions.push(drafted.partition);
    rows.carried += drafted.ofFiles;
    carriedOn += drafted.carriedOn;
  };
  for (let place = 0; place < 2 ** sources.bits; place++) {
    await goesOn();
    const waits = sources.bits === state.bits ? atRest.get(place) : undefined;
    if (waits !== undefined && places.firstOf(place) >= items) {
      partitions.push(state.partitions[place]!);
      carriedOn += waits;
      continue;
    }
    const drafted = beyond.get(place);
    if (drafted !== undefined) {
      add(drafted);
      continue;
    }
    const fold = await again(place);
    const sent: { candidate: Candidate; at: number }[] = [];
    const waiting: Candidate[] = [];
    for (const [urgency, queue] of fold.queues.entries()) {
      for (const [n, candidate] of queue.entries()) {
        const at = places.placeOf(urgency, place, n);
        if (at < items) sent.push({ candidate, at });
        else waiting.push(candidate);
      }
    }
    await addToBatches(sent, writer, work);
    rows.held += countUpdates(
      sent.map(({ candidate }) => candidate),
      'file',
    );
    add(await draft(place, fold, waiting));
  }

  const { mapping } = validation;
  const next: State = {
    sync: ref.sync,
    bits: sources.bits,
    partitions,
    floor: sources.floor,
    mapping,
    before: stateKey === null ? [] : [stateKey, ...state.before].slice(0, KEPT_STATES),
  };
  const { fileRows, carriedRows, late, withheld } = picture.counts;
  const { landed, valid, rejected } = validated;
  const content: Omit<Plan, 'hash'> = {
    sync: ref.sync,
    fromState: stateKey,
    openedAt: sync.openedAt,
    batches: writer.done(),
    draft: next,
    rows: { landed, valid, rejected, ...fileRows, accepted: 0, ...rows },
    carriedRows: { ...carriedRows, carried: carriedOn },
    withheld,
    counts: { ...picture.kinds, unchanged: fileRows.unchanged, rejected },
    ...picture.groups(),
    risks: picture.risks(sum(state.partitions, 'live'), settings.gate),
    samples: await Promise.all(picture.samples().map((sample) => sampleOf(sample, work))),
    calls: cuts.length,
    minutes: minutesFor(cuts.length, settings.callsPerHour),
    warnings: [...warningsOf(late, state, mapping)],
  };
  const hash = hashOf([canonicalJson(content)], 16);
  const plan: Plan = { ...content, hash, warnings: [...content.warnings, ...validation.notes] };
  const key = `${syncFolder(ref)}plan-${hash}.json`;
  await work.putOnce(key, JSON.stringify(plan), { contentType: 'application/json' });
  return { plan, key };
};

const warningsOf = (late: number, state: State, mapping: number): string[] => [
  ...(late > 0 ? [`${late} row(s) are older than what was synced already, and were not used`] : []),
  ...(state.mapping === mapping
    ? []
    : ['The mapping from rows to items is another one than that of the sync before: every product counts as changed']),
];

export const readPlan = (work: Objects, key: string): Promise<Plan> => readStoredJson(Plan, work, key);
