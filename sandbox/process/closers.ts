/** What is open and has to be closed, the last opened first. */
export interface Closers {
  add(close: () => unknown): void;
  /** Closes all, also when one of them fails, and then throws that error. Nothing is closed twice. */
  closeAll(): Promise<void>;
}

export const closers = (): Closers => {
  const open: (() => unknown)[] = [];
  let closing = Promise.resolve();
  return {
    add: (close) => void open.push(close),
    closeAll: () => {
      const closeOne = async (): Promise<void> => {
        const close = open.pop();
        if (close === undefined) return;
        try {
          await close();
        } finally {
          await closeOne();
        }
      };
      closing = closing.then(closeOne);
      return closing;
    },
  };
};
