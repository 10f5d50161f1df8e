import { type Handler, openFunction } from './functions.ts';
import { openLoop } from './loop.ts';
import { openLuck } from './luck.ts';
import type { Caller } from './network.ts';
import { openQueue } from './queues.ts';

/** A function that is killed after 10 s, takes two messages at once and runs twice at once; its messages hide for 60 s. */
const opened = (
  handle: (
    bodies: readonly string[],
    wait: (ms: number) => Promise<void>,
    caller: Caller,
  ) => Promise<readonly string[]>,
) => {
  const loop = openLoop(0);
  const wiring = { service: 's', name: 'f', queue: 'q', timeoutMs: 10_000, batchSize: 2, mostAtOnce: 2 };
  const queue = openQueue({ name: 'q', delayMs: 0, visibilityMs: 60_000, mostReceives: 3 }, loop, () => f.pump());
  const begun: string[] = [];
  let started = 0;
  const f = openFunction(wiring, () => queue, {
    loop,
    luck: openLuck(1, { kind: 'only', these: new Set() }, 0, loop.now),
    seed: 1,
    told: () => {},
    start: (_, { caller }): Handler => {
      started += 1;
      const wait = (ms: number) =>
        new Promise<void>((resolve) => loop.at(loop.now() + ms, () => caller.alive() && resolve()));
      return async ({ Records }) => {
        const bodies = Records.map(({ body }) => body);
        begun.push(`${loop.now() / 1000} ${bodies.join('+')}`);
        const failed = await handle(bodies, wait, caller);
        return {
          batchItemFailures: Records.filter(({ body }) => failed.includes(body)).map(({ messageId }) => ({
            itemIdentifier: messageId,
          })),
        };
      };
    },
  });
  return { loop, queue, begun, started: () => started, running: f.running };
};

describe('a function', () => {
  test('takes what is there, as many at once as it may, and its containers again', async () => {
    const { loop, queue, begun, started, running } = opened(async (_, wait) => {
      await wait(1000);
      return [];
    });
    for (const body of ['a', 'b', 'c', 'd', 'e']) queue.send(body);
    await loop.run(100_000);
    expect(begun).toEqual(['0 a+b', '0 c+d', '1 e']);
    expect([started(), running(), queue.size()]).toEqual([2, 0, 0]);
  });

  test('gets only that again of which it says that it failed, until it is given up', async () => {
    const { loop, queue, begun } = opened(async () => ['bad']);
    queue.send('good');
    queue.send('bad');
    await loop.run(600_000);
    expect(begun).toEqual(['0 good+bad', '60 bad', '120 bad']);
    expect(queue.dead).toEqual(['bad']);
  });

  test('that throws gets all of them again', async () => {
    const { loop, queue, begun } = opened(() => Promise.reject(new Error('broken')));
    queue.send('a');
    queue.send('b');
    await loop.run(61_000);
    expect(begun).toEqual(['0 a+b', '60 a+b']);
  });

  test('dies of its time-out wherever it is: nothing after that happens, a new container takes its place', async () => {
    const after: string[] = [];
    const { loop, queue, begun, started, running } = opened(async ([body = ''], wait) => {
      try {
        await wait(begun.length === 1 ? 10_000 : 100);
      } finally {
        after.push(body);
      }
      return [];
    });
    queue.send('a');
    await loop.run(59_000);
    expect([after, running(), queue.size()]).toEqual([[], 0, 1]);
    await loop.run(70_000);
    expect([after, begun, started()]).toEqual([['a'], ['0 a', '60 a'], 2]);
  });

  test('that dies of a call on its way after it has answered is ended once, and not invoked again', async () => {
    const { loop, queue, begun, started, running } = opened(async ([body], _wait, caller) => {
      if (body === 'a') loop.at(loop.now() + 500, () => caller.die('of a straggler'));
      return [];
    });
    queue.send('a');
    queue.send('b', 1000);
    await loop.run(5000);
    expect([begun, started(), running()]).toEqual([['0 a', '1 b'], 2, 0]);
  });
});
