import type { Entry, Fate, Method } from './batches.ts';
import type { Endpoint, Graph, GraphCall } from './call.ts';
import type { Fault } from './faults.ts';
import { invalidParameter } from './graph-error.ts';
import { flagParam } from './input.ts';
import { type Findings, judgeAtOnce } from './judge-item.ts';
import { messages } from './messages.ts';
import type { Fields } from './product-fields.ts';

const METHODS: readonly string[] = ['CREATE', 'UPDATE', 'DELETE'];

interface ReadEntry {
  line: number;
  method: Method;
  /** Absent if `data` has none: an id beside the method is not looked for. */
  id: string | undefined;
  data: Fields;
}

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The retailer id in an entry's data, if it holds one. */
export const idOf = (request: unknown): string | undefined => {
  const data = isRecord(request) ? request.data : undefined;
  const id = isRecord(data) ? data.id : undefined;
  return (typeof id === 'string' || typeof id === 'number') && id !== '' ? String(id) : undefined;
};

const readEntry = (request: unknown, line: number): ReadEntry => {
  const method = isRecord(request) ? String(request.method).toUpperCase() : '';
  if (!METHODS.includes(method) || !isRecord(request))
    throw invalidParameter(`Param requests[${line}]['method'] must be one of {${METHODS.join(', ')}}`);
  if (request.data !== undefined && !isRecord(request.data))
    throw invalidParameter(`Param requests[${line}]['data'] must be an object`);
  return { line, method: method as Method, id: idOf(request), data: request.data ?? {} };
};

const readEntries = ({ params, requests }: GraphCall, { settings }: Graph): ReadEntry[] => {
  if (params.item_type === undefined) throw invalidParameter('The parameter item_type is required');
  if (params.item_type !== 'PRODUCT_ITEM') throw invalidParameter('Param item_type must be PRODUCT_ITEM');
  if (params.requests === undefined) throw invalidParameter('The parameter requests is required');
  if (requests === undefined) throw invalidParameter('Param requests must be an array');
  if (requests.length > settings.maxEntries)
    throw invalidParameter(`Param requests must have at most ${settings.maxEntries} entries, not ${requests.length}`);
  return requests.map(readEntry);
};

const hasErrors = (found: Findings | undefined): boolean => found !== undefined && found.errors.length > 0;

/** What the call itself finds about its items, by id: duplicates, prices, unknown fields, and refusals by a fault. */
const findAtOnce = (entries: readonly ReadEntry[], call: GraphCall, graph: Graph): Map<string, Findings> => {
  const say = messages[graph.settings.language];
  const findings = new Map<string, Findings>();
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { id } of entries) (seen.has(id!) ? repeated : seen).add(id!);
  for (const { line, id, data, method } of entries) {
    if (findings.has(id!)) continue;
    const found: Findings = method === 'DELETE' ? { errors: [], warnings: [] } : judgeAtOnce(id!, data, say);
    if (repeated.has(id!)) found.errors = [say.duplicateId(id!)];
    const refusal = graph.faults.takeForItem(call.target, id!, method, 'sync');
    if (refusal) found.errors.push(String(refusal.message ?? say.refused(line, id!)));
    if (found.errors.length + found.warnings.length > 0) findings.set(id!, found);
  }
  return findings;
};

const validationStatus = (findings: ReadonlyMap<string, Findings>): object[] => {
  const listed = (texts: string[]): object[] => texts.map((message) => ({ message }));
  return [...findings].map(([retailer_id, { errors, warnings }]) => ({
    ...(errors.length === 0 ? {} : { errors: listed(errors) }),
    ...(warnings.length === 0 ? {} : { warnings: listed(warnings) }),
    retailer_id,
  }));
};

const fateOf = (fault: Fault | undefined): Fate | undefined => {
  if (fault === undefined) return undefined;
  const late = fault.lateMs === undefined ? {} : { lateMs: Number(fault.lateMs) };
  if (fault.name === 'status-canceled') return { end: 'canceled', share: 0, ...late };
  if (fault.name === 'never-finishes') return { end: 'never', share: 0, ...late };
  return { end: 'error', share: fault.name === 'partial-apply' ? Number(fault.share ?? 0.5) : 0, ...late };
};

/**
 * POST /{catalog}/items_batch. Answers with a handle for what will be processed later, and names the items that the
 * call itself finds fault with; an answer without a handle means that nothing was taken in.
 * Source: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/items_batch
 */
export const itemsBatch: Endpoint = (call, graph) => {
  const entries = readEntries(call, graph);
  const upsert = flagParam(call.params, 'allow_upsert', true);
  const say = messages[graph.settings.language];

  // A missing id is a matter of format: nothing of such a call is taken in.
  const nameless = entries.filter(({ id }) => id === undefined);
  if (nameless.length > 0)
    return { validation_status: nameless.map(() => ({ errors: [{ message: say.missingId() }] })) };

  const { faults } = graph;
  if (entries.length === 0 || faults.take(['empty-handles'], call.target)) return { handles: [] };

  const findings = findAtOnce(entries, call, graph);
  const status = findings.size === 0 ? {} : { validation_status: validationStatus(findings) };
  if (!graph.settings.handleWithErrors && [...findings.values()].some(hasErrors)) return status;

  const accepted = entries
    .filter(({ id }) => !hasErrors(findings.get(id!)))
    .map((entry): Entry => {
      const refusal = faults.takeForItem(call.target, entry.id!, entry.method, 'async');
      const refused = refusal && (refusal.message === undefined ? {} : { message: String(refusal.message) });
      return { ...entry, id: entry.id!, ...(refused === undefined ? {} : { refused }) };
    });
  const fate = fateOf(faults.take(['status-error', 'status-canceled', 'partial-apply', 'never-finishes'], call.target));
  const slow = faults.take(['slow-processing'], call.target);
  const batch = graph.state.batches.accept(
    { catalog: call.catalog, upsert, entries: accepted, ...(fate === undefined ? {} : { fate }) },
    slow === undefined ? graph.settings.processingMs : Number(slow.ms ?? 60_000),
  );
  return { handles: [batch.handle], ...status };
};
