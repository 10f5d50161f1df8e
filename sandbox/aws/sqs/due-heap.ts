/** Things with a time, the earliest on top. */
export interface DueHeap<T> {
  push(at: number, thing: T): void;
  /** The earliest time, or undefined when empty. */
  next(): number | undefined;
  pop(): { at: number; thing: T } | undefined;
  clear(): void;
}

export const dueHeap = <T>(): DueHeap<T> => {
  const entries: { at: number; thing: T }[] = [];
  const swap = (a: number, b: number): void => {
    [entries[a], entries[b]] = [entries[b]!, entries[a]!];
  };
  const before = (a: number, b: number): boolean => b >= entries.length || entries[a]!.at <= entries[b]!.at;

  return {
    push: (at, thing) => {
      entries.push({ at, thing });
      for (let child = entries.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (before(parent, child)) return;
        swap(parent, child);
        child = parent;
      }
    },
    next: () => entries[0]?.at,
    pop: () => {
      if (entries.length === 0) return undefined;
      swap(0, entries.length - 1);
      const top = entries.pop();
      for (let parent = 0; ; ) {
        const left = 2 * parent + 1;
        const child = before(left, left + 1) ? left : left + 1;
        if (left >= entries.length || before(parent, child)) return top;
        swap(parent, child);
        parent = child;
      }
    },
    clear: () => {
      entries.length = 0;
    },
  };
};
