/** Places of a batch's items, cut into the children that take its place. */
export interface Cut {
  /** These are errored by Meta's word: a batch of their own that is settled from the start, so that each item has a leaf. */
  errored: number[];
  /** These go again. */
  again: number[][];
}

export const cut = (ids: readonly string[], errored: ReadonlySet<string>, into: 'rest' | 'halves'): Cut => {
  const places = ids.map((_, place) => place);
  const named = places.filter((place) => errored.has(ids[place]!));
  const rest = places.filter((place) => !errored.has(ids[place]!));
  const middle = Math.ceil(rest.length / 2);
  const parts = into === 'rest' ? [rest] : [rest.slice(0, middle), rest.slice(middle)];
  return { errored: named, again: parts.filter((part) => part.length > 0) };
};
