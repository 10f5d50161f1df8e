import { Buffer } from 'node:buffer';

/** What a call may hold: items, and bytes of its body. */
export interface CallLimit {
  maxItems: number;
  maxBytes: number;
}

const HEAD = '{"allow_upsert":true,"requests":[';
const TAIL = ']}';

export interface BatchBody<A> {
  items: A[];
  /** The exact JSON of the call. */
  body: string;
  bytes: number;
}

/**
 * Meta refuses a call over either limit, so a new batch starts before an item would cross one. An item that is too
 * large on its own gets a batch of its own: Meta, not we, decides about it.
 */
export const splitIntoBatches = <A>(
  items: Iterable<A>,
  request: (item: A) => unknown,
  limit: CallLimit,
): BatchBody<A>[] => {
  const batches: BatchBody<A>[] = [];
  let held: A[] = [];
  let texts: string[] = [];
  let bytes = HEAD.length + TAIL.length;
  const close = (): void => {
    if (held.length > 0) batches.push({ items: held, body: HEAD + texts.join(',') + TAIL, bytes });
    held = [];
    texts = [];
    bytes = HEAD.length + TAIL.length;
  };
  for (const item of items) {
    const text = JSON.stringify(request(item));
    const size = Buffer.byteLength(text);
    const comma = held.length > 0 ? 1 : 0;
    if (held.length >= limit.maxItems || (held.length > 0 && bytes + comma + size > limit.maxBytes)) close();
    bytes += size + (held.length > 0 ? 1 : 0);
    held.push(item);
    texts.push(text);
  }
  close();
  return batches;
};
