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
  readonly name: string;
  readonly draw: Draw;
  /** What it remembers between invocations (a cached secret). */
  readonly memory: Map<string, unknown>;
}

export interface Runtime {
  loop: Loop;
  luck: Luck;
  seed: number;
  /** The function's code in a container, with its needs as this invocation reaches them. */
  code(wiring: FunctionWiring, container: Container, caller: Caller): Handler;
  told(what: string): void;
}

export interface SimFunction {
  readonly wiring: FunctionWiring;
  /** Takes messages while there are any and not too many invocations run. */
  pump(): void;
  running(): number;
}

/** Lambda with its event source: batches, concurrency, time-outs that kill, partial answers. */
export const openFunction = (wiring: FunctionWiring, queue: () => SimQueue, runtime: Runtime): SimFunction => {
  const { loop, luck, seed, told } = runtime;
  const label = `${wiring.service}.${wiring.name}`;
  const idle: Container[] = [];
  let made = 0;
  let running = 0;

  const container = (): Container => {
    const found = idle.pop();
    if (found !== undefined) return found;
    made += 1;
    const name = `${label}@${made}`;
    return { name, draw: draw(seed, `${name}/`), memory: new Map() };
  };

  const invoke = (messages: readonly Message[]): void => {
    const where = container();
    const deadline = loop.now() + wiring.timeoutMs;
    let alive = true;
    const end = (): void => {
      alive = false;
      running -= 1;
      pump();
    };
    const caller: Caller = {
      label,
      alive: () => alive,
      die: (why) => {
        if (!alive) return;
        told(`${where.name} dies ${why}`);
        end();
      },
    };
    const finish = (failed: ReadonlySet<string>): void => {
      if (!alive) return;
      for (const { id } of messages) {
        // The poller's own delete may be lost: SQS delivers at least once.
        if (!failed.has(id) && !luck.strikes('not-deleted', label, 0.01)) queue().delete(id);
      }
      idle.push(where);
      end();
    };
    running += 1;
    loop.at(deadline, () => caller.die('of its time-out'));
    const batch = { Records: messages.map(({ id, body }) => ({ messageId: id, body })) };
    const context = { getRemainingTimeInMillis: () => deadline - loop.now() };
    runtime
      .code(
        wiring,
        where,
        caller,
      )(batch, context)
      .then(
        ({ batchItemFailures }) => finish(new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))),
        (error: unknown) => {
          told(`${where.name} fails: ${String(error)}`);
          finish(new Set(messages.map(({ id }) => id)));
        },
      );
  };

  const pump = (): void => {
    while (running < wiring.mostAtOnce) {
      const messages = queue().receive(wiring.batchSize);
      if (messages.length === 0) return;
      invoke(messages);
    }
  };
  return { wiring, pump, running: () => running };
};
