import type { Endpoint } from './call.ts';
import { invalidParameter } from './graph-error.ts';
import { checkFields, fieldsParam, flagParam } from './input.ts';

/**
 * GET /{catalog}/check_batch_request_status. The lists may be shorter than their counts, and the ids of invalid
 * requests are named only for who asks for them, once for each error.
 * Source: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/check_batch_request_status
 */
export const checkBatchRequestStatus: Endpoint = ({ catalog, params, target }, { state, settings, faults }) => {
  const { handle } = params;
  if (typeof handle !== 'string' || handle === '') throw invalidParameter('The parameter handle is required');
  const loadIds = flagParam(params, 'load_ids_of_invalid_requests', false);
  const isLost = faults.take(['handle-not-found'], target) !== undefined;
  const verdict = isLost ? undefined : state.batches.status(catalog, handle);
  if (verdict === undefined) throw invalidParameter('The batch handle is invalid or no longer available');
  if (faults.take(['empty-data'], target)) return { data: [] };

  const word = faults.take(['status-unknown-word'], target);
  const { errors, warnings } = verdict;
  const upTo = (limit: number | null): number => limit ?? Number.POSITIVE_INFINITY;
  const all: Record<string, unknown> = {
    handle,
    status: word === undefined ? verdict.status : String(word.word ?? 'in_progress'),
    errors: errors.slice(0, upTo(settings.errorListLimit)),
    errors_total_count: errors.length,
    warnings: warnings.slice(0, upTo(settings.errorListLimit)),
    warnings_total_count: warnings.length,
    ids_of_invalid_requests: loadIds ? errors.map(({ id }) => id).slice(0, upTo(settings.invalidIdListLimit)) : [],
  };
  const fields = fieldsParam(params) ?? Object.keys(all);
  checkFields(fields, Object.keys(all), 'CheckBatchRequestStatus');
  return { data: [Object.fromEntries(fields.map((field) => [field, all[field]]))] };
};
