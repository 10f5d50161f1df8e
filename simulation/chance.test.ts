import { draw, hash, hashOfTwo, share } from './chance.ts';

describe('a draw', () => {
  test('is the same for a seed and a name, and another for others', () => {
    const all = [1, 2].flatMap((seed) => ['a', 'b'].map((name) => hash(seed, name)));
    expect(new Set(all).size).toBe(4);
    expect(hash(1, 'a')).toBe(all[0]);
  });

  test('of two texts is that of both with a space between', () => {
    expect(hashOfTwo(7, 'publish.work', 'graph.sendBatch')).toBe(hash(7, 'publish.work graph.sendBatch'));
  });

  test('depends on its full name, not on what was drawn before', () => {
    const one = draw(7);
    const other = draw(7);
    other.share('something else');
    expect(other.below('x').share('a')).toBe(one.below('x').share('a'));
    expect(one.below('x').share('a')).toBe(one.share('x/a'));
    expect(one.below('x').share('a')).not.toBe(one.below('y').share('a'));
  });

  test('is spread evenly', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let n = 0; n < 10_000; n += 1) tenths[Math.floor(share(3, `call ${n}`) * 10)]! += 1;
    expect(Math.min(...tenths)).toBeGreaterThan(900);
    expect(Math.max(...tenths)).toBeLessThan(1100);
  });

  test('stays within its bounds and reaches both', () => {
    const place = draw(1);
    const names = Array.from({ length: 500 }, (_, n) => String(n));
    expect(new Set(names.map((name) => place.whole(name, 2, 4)))).toEqual(new Set([2, 3, 4]));
    expect(new Set(names.map((name) => place.one(name, ['a', 'b'])))).toEqual(new Set(['a', 'b']));
    for (const name of names) {
      expect(place.spread(name, 10, 1000)).toBeGreaterThanOrEqual(10);
      expect(place.spread(name, 10, 1000)).toBeLessThan(1000);
      expect([place.chance(name, 0), place.chance(name, 1)]).toEqual([false, true]);
    }
    expect(() => place.one('x', [])).toThrow('nothing to choose from');
  });
});
