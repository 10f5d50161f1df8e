import { openSeen } from './seen.ts';

test('an id that came before is known, however many came since', () => {
  const seen = openSeen(1_000_000);
  const count = 10_000;
  // Few different low halves, so that searches go on from place to place.
  const before = (n: number) => seen.lineBefore(n, n % 64, n + 2);
  for (let n = 0; n < count; n++) expect(before(n)).toBe(0);
  for (let n = 0; n < count; n += 7) expect(before(n)).toBe(n + 2);
  expect(seen.lineBefore(count + 1, 0, 9)).toBe(0);
});

test('no more ids than wanted are remembered', () => {
  const seen = openSeen(2);
  expect([1, 2, 3, 3, 1, 2].map((id, n) => seen.lineBefore(id, 0, n + 10))).toEqual([0, 0, 0, 0, 10, 11]);
});

test('both halves of a hash count', () => {
  const seen = openSeen(10);
  expect([
    seen.lineBefore(1, 2, 5),
    seen.lineBefore(2, 1, 6),
    seen.lineBefore(1, 1, 7),
    seen.lineBefore(1, 2, 8),
  ]).toEqual([0, 0, 0, 5]);
});
