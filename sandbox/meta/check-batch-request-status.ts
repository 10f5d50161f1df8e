import type { ItemMessage, Verdict } from './batch.ts';
import type { Endpoint } from './call.ts';
import { invalidParameter } from './graph-error.ts';
import { checkFields, fieldsParam, flagParam } from './input.ts';
import type { Settings } from './settings.ts';

/** The first so many of a list; null: all of them. */
const first = <Element>(list: readonly Element[], limit: number | null): Element[] =>
  list.slice(0, limit ?? list.length);

/** A batch's verdict as the wire shows it: the lists may be shorter than their counts. */
const shown = (handle: string, verdict: Verdict, loadIds: boolean, settings: Settings): Record<string, unknown> => {
  const { errors, warnings, status } = verdict;
  const asListed = ({ line, id, message, errorType }: ItemMessage): object => ({
    line: line + settings.firstLine,
    id,
    message,
    ...(errorType === undefined ? {} : { error_type: errorType }),
  });
  const isMoved = ({ isMissingField }: ItemMessage): boolean =>
    settings.missingFieldsAsWarnings && isMissingField === true;
  const listedErrors = errors.filter((error) => !isMoved(error)).map(asListed);
  const listedWarnings = [...errors.filter(isMoved), ...warnings].map(asListed);
  return {
    handle,
    status: settings.statusCase === 'upper' ? status.toUpperCase() : status,
    errors: first(listedErrors, settings.errorListLimit),
    errors_total_count: errors.length,
    warnings: first(listedWarnings, settings.errorListLimit),
    warnings_total_count: warnings.length,
    // The same id once for each of its errors, as in Meta's sample.
    ids_of_invalid_requests: loadIds
      ? first(
          errors.map(({ id }) => id),
          settings.invalidIdListLimit,
        )
      : [],
  };
};

/**
 * GET /{catalog}/check_batch_request_status. The ids of invalid requests are named only for who asks for them.
 * Source: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/check_batch_request_status
 */
export const checkBatchRequestStatus: Endpoint = ({ catalog, params, faults }, { state, settings }) => {
  const { handle } = params;
  if (typeof handle !== 'string' || handle === '') throw invalidParameter('The parameter handle is required');
  const loadIds = flagParam(params, 'load_ids_of_invalid_requests', false);
  const isLost = faults.take('handle-not-found') !== undefined;
  const verdict = isLost ? undefined : state.batches.status(catalog, handle);
  if (verdict === undefined) throw invalidParameter('The batch handle is invalid or no longer available');
  if (faults.take('empty-data')) return { data: [] };

  const all = shown(handle, verdict, loadIds, settings);
  const word = faults.take('status-unknown-word');
  if (word) all.status = String(word.word ?? 'in_progress');
  const fields = fieldsParam(params) ?? Object.keys(all);
  checkFields(fields, Object.keys(all), 'CheckBatchRequestStatus');
  return { data: [Object.fromEntries(fields.map((field) => [field, all[field]]))] };
};
