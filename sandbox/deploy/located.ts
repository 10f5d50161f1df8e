import type { ResolvedResource } from '../template/resolve.ts';

/** Does something with a resource; an error says which one it was. */
export const located = async <T>(
  { stack, logicalId, type }: ResolvedResource,
  work: () => T | Promise<T>,
): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`template of ${stack}, Resources.${logicalId} (${type}): ${problem}`, { cause });
  }
};
