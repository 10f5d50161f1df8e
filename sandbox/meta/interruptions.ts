import { type Answer, errorAnswer, htmlAnswer } from './answer.ts';
import type { FaultName } from './fault-kinds.ts';
import type { Fault } from './faults.ts';
import {
  errorOfCode,
  expiredToken,
  type GraphError,
  type GraphErrorDetails,
  invalidParameter,
  missingPermission,
  throttled,
  tooMuchData,
} from './graph-error.ts';
import type { Bucket } from './quota.ts';
import type { Settings } from './settings.ts';

/**
 * Faults that answer a call in place of its endpoint; the first that is switched on happens. Nothing is done then,
 * unless the fault says "accepted": a gateway that gives up does not stop what works behind it.
 */
export const INTERRUPTIONS = [
  'reset-before-accept',
  'html-502',
  'no-envelope',
  'server-error',
  'token-expired',
  'permission-missing',
  'throttle',
  'graph-error',
  'too-large',
  'invalid-parameter',
] as const satisfies readonly FaultName[];

const HTML_502 =
  '<!DOCTYPE html><html><head><title>Facebook | Error</title></head><body>Sorry, something went wrong.</body></html>';

/** The details that a fault names, under the envelope's names for them. */
const detailsOf = (fault: Fault): GraphErrorDetails => {
  const { subcode, http, transient, userTitle, userMessage, data, type } = fault;
  const given = Object.entries({ subcode, http, transient, userTitle, userMessage, data, type });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as GraphErrorDetails;
};

/** The code of a throttle: the one given, or that of the bucket. */
export const codeOfThrottle = ({ code }: Fault, bucket: Bucket | undefined): number =>
  Number(code ?? (bucket === 'catalog_batch' ? 80014 : 80009));

const errors: Partial<Record<FaultName, (fault: Fault, bucket: Bucket | undefined) => GraphError>> = {
  'token-expired': ({ subcode }) => expiredToken(subcode as number | undefined),
  'permission-missing': missingPermission,
  throttle: (fault, bucket) => throttled(codeOfThrottle(fault, bucket), detailsOf(fault)),
  'too-large': tooMuchData,
  'server-error': ({ code }) => errorOfCode(code === 1 ? 1 : 2),
  'graph-error': (fault) => errorOfCode(Number(fault.code ?? 1), detailsOf(fault), fault.message as string | undefined),
  'invalid-parameter': ({ message }) => invalidParameter(String(message ?? 'Invalid parameter')),
};

/** What the caller sees of an interruption; undefined: its connection is reset. */
export const interrupted = (
  fault: Fault,
  bucket: Bucket | undefined,
  settings: Settings,
  headers: Record<string, string>,
): Answer | undefined => {
  if (fault.name === 'reset-before-accept') return undefined;
  if (fault.name === 'html-502') return htmlAnswer(502, HTML_502);
  if (fault.name === 'no-envelope')
    return htmlAnswer(
      Number(fault.http ?? 429),
      String(fault.body ?? ''),
      fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) },
    );
  return errorAnswer(errors[fault.name]!(fault, bucket), settings, headers);
};
