/** The calls that a fault can be about. */
export const endpoints = [
  'items_batch',
  'localized_items_batch',
  'check_batch_request_status',
  'products',
  'catalog',
  'diagnostics',
  'debug_token',
] as const;
export type Endpoint = (typeof endpoints)[number];

interface Kind {
  /** The endpoints where it can happen. */
  at: readonly Endpoint[];
  /** Where it happens if no endpoint is named; everywhere that it can, unless said. */
  about?: readonly Endpoint[];
  /** Its own parameters. */
  takes: readonly string[];
}

const batches: readonly Endpoint[] = ['items_batch', 'localized_items_batch'];
const items: readonly Endpoint[] = ['items_batch'];
const handles: readonly Endpoint[] = ['check_batch_request_status'];

/** Every fault: where it happens, and its own parameters. */
export const kinds = {
  'refuse-item': { at: batches, about: items, takes: ['message', 'stage', 'method', 'errorType'] },
  'flag-item': {
    at: ['products', 'diagnostics'],
    takes: ['errorType', 'errorPriority', 'imageFetchStatus', 'reviewStatus', 'reviewRejectionReasons'],
  },
  throttle: { at: endpoints, takes: ['code', 'subcode', 'http', 'minutes', 'block'] },
  'token-expired': { at: endpoints, takes: ['subcode'] },
  'permission-missing': { at: endpoints, takes: [] },
  'server-error': { at: endpoints, takes: ['code', 'accepted'] },
  'graph-error': {
    at: endpoints,
    takes: ['code', 'subcode', 'http', 'message', 'type', 'transient', 'userTitle', 'userMessage', 'data', 'accepted'],
  },
  'html-502': { at: endpoints, takes: ['accepted'] },
  'no-envelope': { at: endpoints, takes: ['http', 'body', 'retryAfterSeconds', 'accepted'] },
  'cut-answer': { at: endpoints, takes: ['share', 'end'] },
  'reset-after-accept': { at: endpoints, about: items, takes: [] },
  'reset-before-accept': { at: endpoints, about: items, takes: [] },
  slow: { at: endpoints, takes: ['ms'] },
  'usage-header': { at: endpoints, takes: ['call_count', 'total_cputime', 'total_time', 'minutes'] },
  'empty-handles': { at: batches, about: items, takes: ['named', 'absent', 'message'] },
  'too-large': { at: endpoints, about: items, takes: [] },
  'invalid-parameter': { at: endpoints, about: items, takes: ['message'] },
  'status-error': { at: batches, about: items, takes: ['share', 'lateMs'] },
  'status-canceled': { at: batches, about: items, takes: ['share', 'lateMs'] },
  'partial-apply': { at: batches, about: items, takes: ['share', 'lateMs'] },
  'never-finishes': { at: batches, about: items, takes: ['share', 'lateMs'] },
  'slow-processing': { at: batches, about: items, takes: ['ms'] },
  overtaken: { at: batches, about: items, takes: ['by'] },
  'status-unknown-word': { at: handles, takes: ['word'] },
  'handle-not-found': { at: handles, takes: [] },
  'empty-data': { at: ['check_batch_request_status', 'products', 'diagnostics'], about: handles, takes: [] },
} as const satisfies Record<string, Kind>;

export type FaultName = keyof typeof kinds;

export const kindOf = (name: FaultName): Kind => kinds[name];
