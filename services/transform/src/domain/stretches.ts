/** Partitions from here up to there, the end not included. */
export interface Stretch {
  from: number;
  to: number;
}

/**
 * Stretches of partitions that hold so many items at most each, or are one partition.
 * @param counts items by partition
 */
export const stretchesOf = (counts: ArrayLike<number>, most: number): Stretch[] => {
  const stretches: Stretch[] = [];
  let from = 0;
  let items = 0;
  for (let place = 0; place < counts.length; place++) {
    const more = counts[place]!;
    if (items > 0 && items + more > most) {
      stretches.push({ from, to: place });
      from = place;
      items = 0;
    }
    items += more;
  }
  return [...stretches, { from, to: counts.length }];
};
