import { openLoop } from './loop.ts';
import { openQueue } from './queues.ts';

const SECOND = 1000;

/** A queue whose messages come after 5 s, are hidden for 30 s and may be received twice; `wakes`: when it called. */
const opened = (mostReceives: number | null = 2) => {
  const loop = openLoop(0);
  const wakes: number[] = [];
  const wiring = { name: 'q', delayMs: 5 * SECOND, visibilityMs: 30 * SECOND, mostReceives };
  const queue = openQueue(wiring, loop, () => wakes.push(loop.now() / SECOND) > 0);
  /** The bodies that are received at a time. */
  const at = async (seconds: number, most = 10): Promise<string[]> => {
    await loop.run(seconds * SECOND);
    return queue.receive(most).map(({ body }) => body);
  };
  return { queue, wakes, at };
};

describe('a queue', () => {
  test('shows a message after its delay, and hides what was received', async () => {
    const { queue, at, wakes } = opened();
    queue.send('a');
    queue.send('b', 10 * SECOND);
    expect([await at(4), await at(5), await at(6), await at(15)]).toEqual([[], ['a'], [], ['b']]);
    expect(wakes).toEqual([5, 15]);
  });

  test('delivers again what was not deleted in time', async () => {
    const { queue, at, wakes } = opened();
    queue.send('a');
    expect([await at(5), await at(34), await at(35)]).toEqual([['a'], [], ['a']]);
    expect(wakes).toEqual([5, 35]);
  });

  test('lets go of what was deleted', async () => {
    const { queue, at } = opened();
    queue.send('a');
    expect(await at(5)).toEqual(['a']);
    queue.delete('q-1');
    expect([await at(60), queue.size(), queue.dead]).toEqual([[], 0, []]);
  });

  test('gives up what was received too often, and only that', async () => {
    const { queue, at } = opened(2);
    queue.send('poison');
    expect([await at(5), await at(35)]).toEqual([['poison'], ['poison']]);
    queue.send('fine');
    expect([await at(65), queue.dead, queue.size()]).toEqual([['fine'], ['poison'], 1]);
    const patient = opened(null);
    patient.queue.send('a');
    for (let n = 0; n < 50; n += 1) expect(await patient.at(5 + n * 30)).toEqual(['a']);
  });

  test('gives as many as are wanted, the oldest first', async () => {
    const { queue, at } = opened();
    for (const body of ['a', 'b', 'c']) queue.send(body);
    expect([await at(5, 2), await at(5, 2)]).toEqual([['a', 'b'], ['c']]);
  });
});
