import type { PartialAnswer, QueueBatch } from '../../shared/edge/on-queue.ts';
import { type Draw, draw } from '../chance.ts';
import type { Loop } from './loop.ts';
import type { Luck } from './luck.ts';
import type { Caller } from './network.ts';
import type { Message, SimQueue } from './queues.ts';
import type { FunctionWiring } from './wiring.ts';

export type Handler = (batch: QueueBatch, context: { getRemainingTimeInMillis(): number }) => Promise<PartialAnswer>;

/** Where a function lives between invocations: its clock goes wrong in its own way, its version is the one deployed to it. */
export interface Container {
  readonly draw: Draw;
  /** Whoever it is to the network: it lives through many invocations, and dies in one. */
  readonly caller: Caller;
  /** What it remembers between invocations (a cached secret). */
  readonly memory: Map<string, unknown>;
}

export interface Runtime {
  loop: Loop;
  luck: Luck;
  seed: number;
  /** The function's code as it starts in a container, with its needs as that reaches them. */
  start(wiring: FunctionWiring, container: Container): Handler;
  told(what: string): void;
}

export interface SimFunction {
  readonly wiring: FunctionWiring;
  /** Takes messages while there are any and not too many invocations run; whether anything changed. */
  pump(): boolean;
  running(): number;
}

/** A container with its code in it. `invocation` counts, so that a time-out is that of its own invocation. */
interface Started {
  readonly name: string;
  readonly caller: Caller;
  readonly handler: Handler;
  invocation: number;
}

/** Lambda with its event source: batches, concurrency, time-outs that kill, partial answers. */
export const openFunction = (wiring: FunctionWiring, queue: () => SimQueue, runtime: Runtime): SimFunction => {
  const { loop, luck, seed, told } = runtime;
  const label = `${wiring.service}.${wiring.name}`;
  const idle: Started[] = [];
  let made = 0;
  let running = 0;

  const end = (): void => {
    running -= 1;
    pump();
  };
  const start = (): Started => {
    made += 1;
    const name = `${label}@${made}`;
    let alive = true;
    const caller: Caller = {
      label,
      alive: () => alive,
      die: (why) => {
        if (!alive) return;
        alive = false;
        told(`${name} dies ${why}`);
        // One that has answered may die, too, of a call that was still on its way: nobody invokes it again.
        const at = idle.findIndex((one) => one.caller === caller);
        if (at >= 0) idle.splice(at, 1);
        else end();
      },
    };
    const container = { draw: draw(seed, `${name}/`), caller, memory: new Map() };
    return { name, caller, handler: runtime.start(wiring, container), invocation: 0 };
  };

  const invoke = (messages: readonly Message[]): void => {
    const where = idle.pop() ?? start();
    const { name, caller, handler } = where;
    where.invocation += 1;
    const { invocation } = where;
    const deadline = loop.now() + wiring.timeoutMs;
    const finish = (failed: ReadonlySet<string>): void => {
      if (!caller.alive()) return;
      for (const { id } of messages) {
        // The poller's own delete may be lost: SQS delivers at least once.
        if (!failed.has(id) && !luck.strikes('not-deleted', label, 0.01)) queue().delete(id);
      }
      where.invocation += 1;
      idle.push(where);
      end();
    };
    running += 1;
    loop.at(deadline, () => {
      if (where.invocation !== invocation) return false;
      caller.die('of its time-out');
      return true;
    });
    const batch = { Records: messages.map(({ id, body }) => ({ messageId: id, body })) };
    const context = { getRemainingTimeInMillis: () => deadline - loop.now() };
    handler(batch, context).then(
      ({ batchItemFailures }) => finish(new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))),
      (error: unknown) => {
        told(`${name} fails: ${String(error)}`);
        finish(new Set(messages.map(({ id }) => id)));
      },
    );
  };

  const pump = (): boolean => {
    const size = queue().size();
    let some = false;
    while (running < wiring.mostAtOnce) {
      const messages = queue().receive(wiring.batchSize);
      if (messages.length === 0) break;
      invoke(messages);
      some = true;
    }
    // A message that was received too often is gone, too.
    return some || queue().size() !== size;
  };
  return { wiring, pump, running: () => running };
};
