import { openLoop } from './loop.ts';

describe('the loop', () => {
  test.each([
    ['by time', [30, 10, 20], [10, 20, 30]],
    ['what is past, now', [-5, 10, 0], [0, 0, 10]],
    ['one time in the order of asking', [7, 7, 7], [7, 7, 7]],
  ])('does what it was asked for: %s', async (_, times, seen) => {
    const loop = openLoop(0);
    const done: [number, number][] = [];
    for (const [n, time] of times.entries()) loop.at(time, () => done.push([loop.now(), n]));
    await loop.run(100);
    expect(done.map(([time]) => time)).toEqual(seen);
    const order = done.filter(([time]) => done[0]?.[0] === time).map(([, n]) => n);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(loop.now()).toBe(100);
  });

  test('puts many in order', async () => {
    const loop = openLoop(0);
    const times = Array.from({ length: 500 }, (_, n) => (n * 7919) % 101);
    const done: number[] = [];
    for (const time of times) loop.at(time, () => done.push(time));
    await loop.run(Number.POSITIVE_INFINITY);
    expect(done).toEqual(times.toSorted((a, b) => a - b));
    expect(loop.next()).toBe(Number.POSITIVE_INFINITY);
  });

  test('lets code come to its next wait before anything else happens', async () => {
    const loop = openLoop(0);
    const done: string[] = [];
    loop.at(1, () => {
      void (async () => {
        for (let n = 0; n < 20; n += 1) await Promise.resolve();
        done.push('first');
      })();
    });
    loop.at(1, () => done.push('second'));
    await loop.run(1);
    expect(done).toEqual(['first', 'second']);
  });

  test('does so from its first step on, wherever it is started', async () => {
    const done: string[] = [];
    const loop = openLoop(0);
    const slow = async (): Promise<void> => {
      for (let n = 0; n < 20; n += 1) await Promise.resolve();
      done.push(`done at ${loop.now()}`);
    };
    loop.at(1, () => void slow());
    loop.at(2, () => done.push('second'));
    // After a callback Node runs ticks before promises; between promises it is the other way round.
    await new Promise<void>((resolve) => setImmediate(() => void loop.run(2).then(resolve)));
    expect(done).toEqual(['done at 1', 'second']);
  });

  test('stops when it is enough, and at a time; the rest stays to come', async () => {
    const loop = openLoop(0);
    const done: number[] = [];
    for (const time of [1, 2, 3, 4]) loop.at(time, () => done.push(time));
    await loop.run(10, () => done.length === 2);
    expect([done, loop.now(), loop.next()]).toEqual([[1, 2], 2, 3]);
    await loop.run(3);
    expect([done, loop.now(), loop.next()]).toEqual([[1, 2, 3], 3, 4]);
  });

  test('ends with what an action throws', async () => {
    const loop = openLoop(0);
    loop.at(1, () => {
      throw new Error('a defect');
    });
    await expect(loop.run(2)).rejects.toThrow('a defect');
  });
});
