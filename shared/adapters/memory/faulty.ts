/** How a call is cut short: before it did anything, or after it did all and only its answer was lost. */
export type Fault = 'before' | 'after';

/**
 * The same ports, of which the `nth` call (from 0) fails, and every later one too: as of a worker that dies there.
 * `died` tells whether it came so far. Settings and other plain values stay as they are.
 */
export const dyingAt = <Ports extends object>(
  ports: Ports,
  nth: number,
  how: Fault,
): { ports: Ports; died: () => boolean } => {
  let calls = 0;
  const call = (act: () => unknown): unknown => {
    const turn = calls;
    calls += 1;
    if (turn < nth) return act();
    const death = new Error(`the worker died at its call ${nth}`);
    if (turn > nth || how === 'before') throw death;
    const answer = act();
    if (answer instanceof Promise) {
      return answer.then(() => {
        throw death;
      });
    }
    throw death;
  };
  const dying = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function'
          ? (...args: unknown[]) => call(() => Reflect.apply(member, target, args))
          : member;
      },
    });
  const entries = Object.entries(ports).map(([name, port]) => [
    name,
    name === 'settings' || name === 'log' || name === 'clock' ? port : dying(port),
  ]);
  return { ports: Object.fromEntries(entries), died: () => calls > nth };
};
