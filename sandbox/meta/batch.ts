import type { Place } from './place.ts';
import type { Fields } from './product-fields.ts';

export type Method = 'CREATE' | 'UPDATE' | 'DELETE';

/** The language or country, or both, that an entry of localized_items_batch is about, for example `en_XX|US`. */
export interface Localization {
  type: 'LANGUAGE' | 'COUNTRY' | 'LANGUAGE_AND_COUNTRY';
  value: string;
}

/** One entry of an accepted batch that the call itself found nothing wrong with. */
export interface Entry {
  /** Its place in the call, from 0. Meta's samples show 0 and 1 as the first: clients go by the id. */
  line: number;
  method: Method;
  id: string;
  localization?: Localization;
  /** It will be refused when the batch runs, with this message and type of error if they are given. */
  refused?: { message?: string; errorType?: string };
}

/** An entry with its fields as far as they are taken, its id, and the language or country: all that is stored of it. */
export interface NewEntry extends Entry {
  fields: Fields;
}

/** An entry of which the fields are kept as JSON text. */
export interface KeptEntry extends Entry {
  place: Place;
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
  /** A name such as EMPTY_PRICE. */
  errorType?: string;
  /** It is about a required field that a new item does not have. */
  isMissingField?: boolean;
}

/** The words of the wire. Source: developers.facebook.com/docs/marketing-api/catalog-batch/guides/get-batch-request */
export type BatchStatus = 'scheduled' | 'dispatched' | 'started' | 'finished' | 'error' | 'canceled';

/** An accepted batch, as it is kept beside its entries. */
export interface Batch {
  handle: string;
  catalog: string;
  /** Epoch milliseconds. */
  acceptedAt: number;
  endAt: number;
  upsert: boolean;
  fate?: Fate;
  /** It runs only when so many batches of its catalog that came later have ended. */
  overtakenBy?: number;
  /** What came of it, once it has ended. */
  verdict?: Verdict;
}

export interface Verdict {
  status: BatchStatus;
  errors: ItemMessage[];
  warnings: ItemMessage[];
}

/** What is kept of a run: by it the entries are applied, and after a restart applied again, without judging anew. */
export interface Ran {
  handle: string;
  verdict: Verdict;
  /** Lines of partial updates: applied is not their own text, but one in which it lies over what was there before. */
  merged: number[];
  /** Lines that were not applied. */
  skipped: number[];
  /** When those of them that have no error are applied after all; epoch milliseconds. */
  lateAt?: number;
}
