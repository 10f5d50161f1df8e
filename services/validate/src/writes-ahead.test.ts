import { openWritesAhead } from './writes-ahead.ts';

/** Writes that end when they are told to. */
const openWorld = (mostBytes: number) => {
  const ends: (() => void)[] = [];
  const writes = openWritesAhead(mostBytes);
  const start = (bytes: number) => writes.start(bytes, () => new Promise((resolve) => void ends.push(resolve)));
  return { start, ends, end: writes.end };
};
const settled = () => new Promise(setImmediate);

describe('writes on their way', () => {
  test('go together as long as their bytes are few', async () => {
    const { start, ends } = openWorld(100);
    await start(50);
    await start(50);
    const third = start(1);
    await settled();
    expect(ends).toHaveLength(2);
    ends[0]!();
    await third;
    expect(ends).toHaveLength(3);
  });

  test('are never more than sixteen', async () => {
    const { start, ends } = openWorld(100);
    for (let n = 0; n < 16; n++) await start(1);
    void start(1);
    await settled();
    expect(ends).toHaveLength(16);
  });

  test('may be larger than that, one alone', async () => {
    const { start, ends } = openWorld(100);
    await start(500);
    expect(ends).toHaveLength(1);
  });

  test('are waited for in the end', async () => {
    const { start, ends, end } = openWorld(100);
    await start(1);
    let over = false;
    const ended = end().then(() => (over = true));
    await settled();
    expect(over).toBe(false);
    ends[0]!();
    await ended;
  });

  test.each(['start', 'end'] as const)('fail whoever comes next, at the %s', async (next) => {
    const writes = openWritesAhead(100);
    await writes.start(1, async () => {
      throw new Error('no network');
    });
    await settled();
    const later = next === 'end' ? writes.end() : writes.start(1, async () => {});
    await expect(later).rejects.toThrow('no network');
  });
});
