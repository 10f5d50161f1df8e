/**
 * Meta's Graph API as far as a catalog needs it. Whatever Meta is known to answer is a value, told apart by HTTP status,
 * codes and fields, never by text. Texts of Meta are for people: cut, and without secrets.
 */
import type { Handle } from '../catalog/handle.ts';

export interface Graph {
  /** Sends one `items_batch` call: the exact JSON text of its body, as it is stored. */
  sendBatch(catalogId: string, bodyJson: Uint8Array | string): Promise<SendOutcome>;
  /** Asks once what became of a batch. */
  checkHandle(catalogId: string, handle: Handle): Promise<CheckOutcome>;
  /** Looks at the catalog itself: proves token, permission and catalog in one cheap call. */
  probe(catalogId: string): Promise<ProbeOutcome>;
}

/** What Meta remarks on one item of a call at once. The id is null when Meta could not read it. */
export interface ItemRemark {
  id: string | null;
  errors: string[];
  warnings: string[];
}

/** How much of the allowance is used: the largest share that a usage header names, and how long until it is free again. */
export interface Usage {
  percent: number;
  regainMs: number;
}

/** The answer of a wrong token, a missing permission, a catalog that is not there for us: a person is needed. */
export interface AccessRefused {
  kind: 'access';
  code: number;
  subcode: number | null;
  message: string;
  /** Which version of the stored secret Meta refused. */
  secretVersion: string;
}

/** Too many calls. `code` is null when HTTP status 429 alone says so; `regainMs` is 0 when Meta does not say how long. */
export interface Throttled {
  kind: 'throttled';
  code: number | null;
  regainMs: number;
}

/** Graph itself says that it cannot just now; nothing was done. */
export interface ServerFailed {
  kind: 'server';
  code: number;
  message: string;
}

/** No connection: nothing has left this machine. */
export interface Unreachable {
  kind: 'unreachable';
  why: string;
}

export type SendOutcome =
  /** Taken in; items with errors in `validation` were not. */
  | { kind: 'accepted'; handle: Handle; validation: ItemRemark[]; usage: Usage }
  /** HTTP 200 without a handle: nothing was taken in. */
  | { kind: 'no-handle'; validation: ItemRemark[]; usage: Usage }
  /** Code 1 says "too large" or "unknown, maybe down"; a null code (HTTP 413, or over our own cap) says it for sure. */
  | { kind: 'too-large'; code: number | null }
  /** Code 100 without subcode 33: something in the call. */
  | { kind: 'invalid-parameter'; code: number; subcode: number | null; message: string }
  /** Graph refused the call with a code that says neither who nor what. */
  | { kind: 'unexplained'; code: number; subcode: number | null; message: string }
  | Throttled
  | AccessRefused
  | ServerFailed
  | Unreachable
  /** The call may have been taken in: time-out, reset, an answer that is not Graph's. */
  | { kind: 'ambiguous'; why: string };

/** One message of Meta about one item; the id is null when Meta names none. */
export interface NamedMessage {
  id: string | null;
  message: string;
  /** Meta's `error_type`, which unlike the message stays the same in each language; null when it gives none. */
  type: string | null;
}

export type CheckOutcome =
  /** Done. The lists may be samples; the totals are the numbers. Ids are given as often as Meta gives them. */
  | {
      kind: 'finished';
      errors: NamedMessage[];
      errorsTotal: number;
      warnings: NamedMessage[];
      warningsTotal: number;
      invalidIds: string[];
      usage: Usage;
    }
  /** Ended without a verdict: some items may have been applied. */
  | { kind: 'error'; usage: Usage }
  | { kind: 'canceled'; usage: Usage }
  /** An answer "not yet": a known or unknown word, or null when Meta answered about the handle without any data. */
  | { kind: 'not-finished'; status: string | null; usage: Usage }
  /** Meta does not know the handle (code 100). */
  | { kind: 'lost' }
  | Throttled
  | AccessRefused
  /** No answer about the handle: an outage says nothing about it. */
  | { kind: 'no-answer'; why: string };

export type ProbeOutcome =
  | { kind: 'ok'; name: string | null; productCount: number | null }
  | Throttled
  | AccessRefused
  | { kind: 'no-answer'; why: string };
