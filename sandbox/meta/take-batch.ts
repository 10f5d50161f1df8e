import type { Entry, Fate, NewEntry } from './batch.ts';
import type { Endpoint, Graph, GraphCall } from './call.ts';
import type { FaultName } from './fault-kinds.ts';
import type { CallFaults, Fault } from './faults.ts';
import { flagParam } from './input.ts';
import type { Findings } from './judge-item.ts';
import { type Messages, messages } from './messages.ts';
import type { Fields } from './product-fields.ts';
import { type ReadEntry, readEntries } from './read-entries.ts';
import type { Settings } from './settings.ts';

/** In what the edges differ that take batches. */
export interface BatchEdge {
  /** Entries are about a language or a country. */
  localizes: boolean;
  /** What must not occur twice in a call. */
  keyOf(entry: ReadEntry & { id: string }, settings: Settings): string;
  /** What the call itself finds about an entry that is no DELETE. */
  judgeAtOnce(entry: ReadEntry & { id: string }, say: Messages, settings: Settings): Findings;
  /** Its fields that are taken. */
  taken(data: Fields, settings: Settings): Fields;
}

/** An entry with what the call itself found about it. */
interface Judged {
  entry: ReadEntry & { id: string };
  /** The same entry is in the call more than once; this is the how-manieth of how many. */
  copy: number;
  copies: number;
  found: Findings;
}

const hasErrors = ({ errors }: Findings): boolean => errors.length > 0;

/** What the call itself finds about its items: duplicates, prices, unknown fields, and refusals by a fault. */
const judge = (
  edge: BatchEdge,
  entries: readonly (ReadEntry & { id: string })[],
  faults: CallFaults,
  settings: Settings,
): Judged[] => {
  const say = messages[settings.language];
  const copies = new Map<string, number>();
  for (const entry of entries) {
    const key = edge.keyOf(entry, settings);
    copies.set(key, (copies.get(key) ?? 0) + 1);
  }
  const seen = new Map<string, number>();
  return entries.map((entry) => {
    const key = edge.keyOf(entry, settings);
    const copy = (seen.get(key) ?? 0) + 1;
    seen.set(key, copy);
    const found = edge.judgeAtOnce(entry, say, settings);
    const refusal = faults.takeForItem(entry.id, entry.method, 'sync');
    if (refusal) found.errors.push(String(refusal.message ?? say.refused(entry.line, entry.id)));
    return { entry, copy, copies: copies.get(key) ?? 1, found };
  });
};

/** One element for each item of which there is something to say. A duplicate is named once, and its one error is to be one. */
const validationStatus = (judged: readonly Judged[], say: Messages): object[] => {
  const listed = (texts: string[]): object[] => texts.map((message) => ({ message }));
  return judged
    .filter(({ copy }) => copy === 1)
    .map(({ entry: { id }, copies, found }) => ({
      id,
      errors: copies > 1 ? [say.duplicateId(id)] : found.errors,
      warnings: found.warnings,
    }))
    .filter(({ errors, warnings }) => errors.length + warnings.length > 0)
    .map(({ id, errors, warnings }) => ({
      ...(errors.length === 0 ? {} : { errors: listed(errors) }),
      ...(warnings.length === 0 ? {} : { warnings: listed(warnings) }),
      retailer_id: id,
    }));
};

const isAccepted = ({ copy, copies, found }: Judged, { duplicateCopyApplied }: Settings): boolean => {
  if (hasErrors(found)) return false;
  if (copies === 1) return true;
  return duplicateCopyApplied !== 'none' && copy === (duplicateCopyApplied === 'first' ? 1 : copies);
};

/** How a batch ends by faults that choose its end; the others end it in error. */
const ends: Partial<Record<FaultName, Fate['end']>> = {
  'status-canceled': 'canceled',
  'never-finishes': 'never',
};

const fateOf = (fault: Fault | undefined): Fate | undefined => {
  if (fault === undefined) return undefined;
  const end = ends[fault.name] ?? 'error';
  const share = Number(fault.share ?? (fault.name === 'partial-apply' ? 0.5 : 0));
  return { end, share, ...(fault.lateMs === undefined ? {} : { lateMs: Number(fault.lateMs) }) };
};

/** HTTP 200 without a handle: nothing is taken in. With "named" it says of which items it is the fault, or of one. */
const withoutHandle = (fault: Fault, entries: readonly { line: number; id: string }[], say: Messages): object => {
  const named = entries.filter(({ id }) => fault.retailerId === undefined || fault.retailerId === id);
  const status = named.map(({ line, id }) => ({
    errors: [{ message: String(fault.message ?? say.refused(line, id)) }],
    retailer_id: id,
  }));
  return {
    ...(fault.absent === true ? {} : { handles: [] }),
    ...(fault.named === true ? { validation_status: status } : {}),
  };
};

const refusalOf = ({ message, errorType }: Fault): NonNullable<Entry['refused']> => ({
  ...(message === undefined ? {} : { message: String(message) }),
  ...(errorType === undefined ? {} : { errorType: String(errorType) }),
});

/** The entry as it is to be run. */
const toRun = (edge: BatchEdge, { entry }: Judged, faults: CallFaults, settings: Settings): NewEntry => {
  const { line, method, id, data } = entry;
  const refusal = faults.takeForItem(id, method, 'async');
  const place = edge.localizes && entry.localization !== undefined ? { localization: entry.localization } : {};
  return {
    line,
    method,
    id,
    fields: { ...edge.taken(data, settings), id, ...place },
    ...place,
    ...(refusal === undefined ? {} : { refused: refusalOf(refusal) }),
  };
};

const accept = (call: GraphCall, entries: NewEntry[], upsert: boolean, { state, settings }: Graph): string => {
  const { faults } = call;
  const fate = fateOf(faults.take('status-error', 'status-canceled', 'partial-apply', 'never-finishes'));
  const overtaken = faults.take('overtaken');
  const slow = faults.take('slow-processing');
  const usualMs = settings.processingMs + settings.processingMsPerEntry * entries.length;
  const described = {
    catalog: call.catalog,
    upsert,
    ...(fate === undefined ? {} : { fate }),
    ...(overtaken === undefined ? {} : { overtakenBy: Number(overtaken.by ?? 1) }),
  };
  return state.batches.accept(described, entries, slow === undefined ? usualMs : Number(slow.ms ?? 60_000));
};

/**
 * An edge that takes a batch. It answers with a handle for what will be processed later, and names the items that the
 * call itself finds fault with; an answer without a handle means that nothing was taken in.
 */
export const takeBatch =
  (edge: BatchEdge): Endpoint =>
  (call, graph) => {
    const { settings } = graph;
    const entries = readEntries(call, settings);
    const upsert = flagParam(call.params, 'allow_upsert', true);
    const say = messages[settings.language];

    // A missing id is a matter of format: nothing of such a call is taken in.
    const nameless = entries.filter(({ id }) => id === undefined);
    if (nameless.length > 0)
      return { validation_status: nameless.map(() => ({ errors: [{ message: say.missingId() }] })) };
    const named = entries as (ReadEntry & { id: string })[];

    if (named.length === 0) return { handles: [] };
    const empty = call.faults.take('empty-handles');
    if (empty) return withoutHandle(empty, named, say);

    const judged = judge(edge, named, call.faults, settings);
    const said = validationStatus(judged, say);
    const status = said.length === 0 ? {} : { validation_status: said };
    if (!settings.handleWithErrors && judged.some(({ copies, found }) => copies > 1 || hasErrors(found))) return status;

    const accepted = judged
      .filter((one) => isAccepted(one, settings))
      .map((one) => toRun(edge, one, call.faults, settings));
    return { handles: [accept(call, accepted, upsert, graph)], ...status };
  };
