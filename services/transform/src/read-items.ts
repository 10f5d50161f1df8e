import type { ItemRef } from '@catalog-sync/shared/baseline/content.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';

/** Items that lie no further apart are read at once, with what lies between: a call costs more than some bytes. */
const LARGEST_GAP = 64_000;
const MOST_AT_ONCE = 8_000_000;

/** Items of one object that are read by one call. */
interface Range {
  key: string;
  start: number;
  end: number;
  refs: ItemRef[];
}

/** Ranges that cover the items; these should come in the order in which they lie. */
export const rangesOf = (refs: readonly ItemRef[]): Range[] => {
  const ranges: Range[] = [];
  for (const ref of refs) {
    const end = ref.start + ref.length;
    const last = ranges.at(-1);
    const follows =
      last !== undefined &&
      last.key === ref.key &&
      ref.start >= last.end &&
      ref.start - last.end <= LARGEST_GAP &&
      end - last.start <= MOST_AT_ONCE;
    if (follows) {
      last.refs.push(ref);
      last.end = end;
    } else ranges.push({ key: ref.key, start: ref.start, end, refs: [ref] });
  }
  return ranges;
};

/** The bytes of items, in the order given, some megabytes at a time. */
export async function* readItems(work: Objects, refs: readonly ItemRef[]): AsyncGenerator<Uint8Array> {
  for (const { key, start, end, refs: within } of rangesOf(refs)) {
    const bytes = await work.readRange(key, start, end - start);
    if (bytes === undefined || bytes.length < end - start)
      throw new Error(`object ${key} is gone, though items lie in it`);
    for (const ref of within) yield bytes.subarray(ref.start - start, ref.start - start + ref.length);
  }
}

const ID_AT = '{"method":"UPDATE","data":'.length;
const text = new TextDecoder();
const QUOTE = 34;
const BACKSLASH = 92;

/** The id that an item's bytes begin with. */
export const idOf = (item: Uint8Array): string => {
  const opened = item.indexOf(QUOTE, item.indexOf(QUOTE, ID_AT) + '"id":'.length);
  let end = opened + 1;
  while (item[end] !== QUOTE) end += item[end] === BACKSLASH ? 2 : 1;
  return JSON.parse(text.decode(item.subarray(opened, end + 1))) as string;
};
