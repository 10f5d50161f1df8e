/**
 * Does each in turn, whatever becomes of the others: one that cannot be done must not keep back those behind it, tick
 * after tick. Throws in the end what failed.
 */
export const oneByOne = async <A>(all: Iterable<A>, run: (one: A) => Promise<unknown>): Promise<void> => {
  const failures: unknown[] = [];
  for (const one of all) {
    try {
      await run(one);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, `${failures.length} failed`);
};
