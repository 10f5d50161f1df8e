const ON_THIS_MACHINE = new Set(['127.0.0.1', 'localhost', '[::1]']);
const LOOK_MS = 2000;

/** Whether it is the sandbox's emulator that answers there. Nobody but this machine is asked. */
export const isEmulator = async (graph: string): Promise<boolean> => {
  if (!ON_THIS_MACHINE.has(new URL(graph).hostname)) return false;
  try {
    const answer = await fetch(`${graph}/_emulator/settings`, {
      signal: AbortSignal.timeout(LOOK_MS),
      redirect: 'error',
    });
    return answer.ok && Object.hasOwn((await answer.json()) as object, 'processingMs');
  } catch {
    return false;
  }
};
