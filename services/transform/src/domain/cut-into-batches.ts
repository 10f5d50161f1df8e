/** What a call may hold: items, and bytes of its body. */
export interface CallLimit {
  maxItems: number;
  maxBytes: number;
}

export const BODY_HEAD = '{"allow_upsert":true,"requests":[';
export const BODY_TAIL = ']}';
const FRAME = BODY_HEAD.length + BODY_TAIL.length;

/** Records that follow each other and go in one call. */
export interface Cut {
  items: number;
  /** Of the call's body. */
  bytes: number;
}

/**
 * Meta refuses a call over either limit, so a new batch starts before a record would cross one. A record that is too
 * large on its own gets a batch of its own: Meta, not we, decides about it.
 * @param sizes bytes of each record, in the order in which they are sent
 */
export const cutIntoBatches = (sizes: Iterable<number>, { maxItems, maxBytes }: CallLimit): Cut[] => {
  const cuts: Cut[] = [];
  let items = 0;
  let bytes = FRAME;
  const close = (): void => {
    if (items > 0) cuts.push({ items, bytes });
    items = 0;
    bytes = FRAME;
  };
  for (const size of sizes) {
    if (items >= maxItems || (items > 0 && bytes + 1 + size > maxBytes)) close();
    bytes += size + (items > 0 ? 1 : 0);
    items += 1;
  }
  close();
  return cuts;
};
