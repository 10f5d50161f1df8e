/** Writes on their way, while what comes next is made. */
export interface WritesAhead {
  /** Starts one as soon as there is room; throws what an earlier one failed with. */
  start(bytes: number, write: () => Promise<void>): Promise<void>;
  /** Waits for all of them; throws what any of them failed with. */
  end(): Promise<void>;
}

/** A call to S3 waits some 30 ms: a feed in a thousand partitions ends in thousands of them. */
const MOST_AT_ONCE = 16;

/** @param mostBytes on their way at once; one that is larger goes alone */
export const openWritesAhead = (mostBytes: number): WritesAhead => {
  const going = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let bytesGoing = 0;
  const failIfAny = (): void => {
    if (failures.length > 0) throw failures[0];
  };
  return {
    start: async (bytes, write) => {
      while (going.size >= MOST_AT_ONCE || (going.size > 0 && bytesGoing + bytes > mostBytes))
        await Promise.race(going);
      failIfAny();
      bytesGoing += bytes;
      const written: Promise<void> = write()
        .catch((error: unknown) => void failures.push(error))
        .then(() => {
          going.delete(written);
          bytesGoing -= bytes;
        });
      going.add(written);
    },
    end: async () => {
      await Promise.all(going);
      failIfAny();
    },
  };
};
