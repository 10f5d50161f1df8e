/** Texts, or small objects, that come again and again in a table: kept once, named by their place. */
export interface Words<A> {
  readonly list: A[];
  /** The place of a word, which is new if it was never asked for. */
  placeOf(word: A): number;
}

/** @param keyOf what makes two words the same one */
export const openWords = <A>(keyOf: (word: A) => string): Words<A> => {
  const list: A[] = [];
  const places = new Map<string, number>();
  return {
    list,
    placeOf: (word) => {
      const key = keyOf(word);
      const known = places.get(key);
      if (known !== undefined) return known;
      places.set(key, list.length);
      list.push(word);
      return list.length - 1;
    },
  };
};

export const itself = (word: string): string => word;
