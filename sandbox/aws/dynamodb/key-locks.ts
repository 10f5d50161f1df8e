/** Lets writes to the same key run one after the other, and writes to different keys side by side. */
export interface KeyLocks {
  /** Runs `work` when no earlier holder has any of `keys`. Cannot deadlock: all keys are queued for in one step. */
  hold<T>(keys: Iterable<string>, work: () => Promise<T>): Promise<T>;
}

export const keyLocks = (): KeyLocks => {
  const lastOf = new Map<string, Promise<void>>();
  return {
    hold: async (keys, work) => {
      const wanted = [...new Set(keys)];
      const earlier = wanted.flatMap((key) => lastOf.get(key) ?? []);
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      for (const key of wanted) lastOf.set(key, released);
      await Promise.all(earlier);
      try {
        return await work();
      } finally {
        release();
        for (const key of wanted) if (lastOf.get(key) === released) lastOf.delete(key);
      }
    },
  };
};
