/** Where a text lies in the journal. When the journal is rewritten, the place moves along. */
export interface Place {
  at: number;
  readonly bytes: number;
}

/** Texts lie one behind the other, each with the line's end that follows it. */
export const withLineEnds = (sizes: readonly number[]): number => sizes.reduce((sum, bytes) => sum + bytes + 1, 0);

/** The places of texts of these sizes, the first of which lies at `at`. */
export const placesFrom = (at: number, sizes: readonly number[]): Place[] => {
  let next = at;
  return sizes.map((bytes) => {
    const place = { at: next, bytes };
    next += bytes + 1;
    return place;
  });
};

/** Places that are neighbours, together. */
export function* runs(places: readonly Place[]): Generator<Place[]> {
  let run: Place[] = [];
  for (const place of places) {
    const last = run.at(-1);
    if (last !== undefined && last.at + last.bytes + 1 !== place.at) {
      yield run;
      run = [];
    }
    run.push(place);
  }
  if (run.length > 0) yield run;
}
