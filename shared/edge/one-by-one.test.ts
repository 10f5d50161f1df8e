import { oneByOne } from './one-by-one.ts';

describe('one by one', () => {
  test('what cannot be done keeps back nothing behind it, and is told in the end', async () => {
    const done: number[] = [];
    const working = oneByOne([1, 2, 3], async (n) => {
      if (n === 1) throw new Error('the first is stuck');
      done.push(n);
    });
    await expect(working).rejects.toThrow('the first is stuck');
    expect(done).toEqual([2, 3]);
  });

  test('several failures are all told', async () => {
    const failing = oneByOne(['a', 'b'], async (name) => {
      throw new Error(name);
    });
    await expect(failing).rejects.toMatchObject({ errors: [new Error('a'), new Error('b')] });
  });

  test('each begins when the one before has ended', async () => {
    const seen: string[] = [];
    await oneByOne(['a', 'b'], async (name) => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
    });
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });
});
