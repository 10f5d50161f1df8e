import type { EpochMs } from '../catalog/instant.ts';
import type { Operation } from '../catalog/item.ts';
import type { RowOrder } from '../catalog/order.ts';

/** Where the bytes of an item lie, `{"method":"UPDATE","data":{…}}`: in an object of the work bucket. */
export interface ItemRef {
  key: string;
  /** Bytes. */
  start: number;
  length: number;
}

/** What is compared, counted and shown of an item, beside its bytes. */
export interface Content {
  /** 16 hex digits of its bytes' hash, seeded with the mapping's version. */
  fingerprint: string;
  /** As `priceText` writes it. */
  price: string;
  availability: string;
  /** As the row says it; null: not known. */
  brand: string | null;
  category: string | null;
  /** Null: nobody kept the bytes, because they are what Meta is known to hold already; or a delete, which has none. */
  item: ItemRef | null;
}

/** A delete has no content; all deletes are equal. */
export const DELETED: Content = {
  fingerprint: '0000000000000001',
  price: '',
  availability: '',
  brand: null,
  category: null,
  item: null,
};

/** What Meta is known to hold of one product. An `unknown` entry has no fingerprint: it equals nothing. */
export interface Entry {
  fingerprint: string | null;
  outcome: 'accepted' | 'errored' | 'parked' | 'unknown';
  order: RowOrder;
  /** Errored: how often this content was; unknown: how often running. Else 0. */
  times: number;
  /** When its content last went out: `openedAt` of that sync. */
  sentAt: EpochMs;
  price: string;
  availability: string;
  /** Where the content last sent lies: a batch's body and the place in it. */
  where: { batchKey: string; index: number };
}

/** A row, or a delete, that waits for a later sync. */
export interface Carried {
  op: Operation;
  order: RowOrder;
  content: Content;
  /** Not before this moment; 0: as soon as there is room. */
  notBefore: EpochMs;
  /** The gate has counted it. */
  gated: boolean;
  /** A person asked for it (`retry`). */
  asked: boolean;
  /** Through how many syncs it was carried. */
  syncs: number;
}

/** Whose offer customers see as we last sent it. What Meta refused has no price of ours that a change could spoil. */
export const isLive = ({ outcome }: Pick<Entry, 'outcome'>): boolean => outcome === 'accepted' || outcome === 'unknown';
