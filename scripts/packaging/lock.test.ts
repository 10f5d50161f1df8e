import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oneAtATime } from './lock.ts';

describe('packagings of one repository', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  const lock = join(folder, 'lock');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('never overlap, also when one of them fails', async () => {
    const told: string[] = [];
    const packaging = (name: string, fails: boolean) =>
      oneAtATime(lock, async () => {
        told.push(`${name} begins`);
        await new Promise(setImmediate);
        told.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    const ends = await Promise.allSettled([packaging('first', true), packaging('second', false)]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(told).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
    expect(existsSync(lock)).toBe(false);
  });

  test.each<[string, () => void]>([
    // No process has a higher number (Linux: PID_MAX_LIMIT).
    ['by a process that is gone', () => writeFileSync(lock, String(2 ** 22 + 1))],
    [
      'an hour ago, by whoever has our number now',
      () => {
        writeFileSync(lock, String(process.pid));
        utimesSync(lock, new Date(Date.now() - 3_600_000), new Date(Date.now() - 3_600_000));
      },
    ],
  ])('do not wait for what was begun %s', async (_when, leaveBehind) => {
    leaveBehind();
    await expect(oneAtATime(lock, async () => 'done')).resolves.toBe('done');
  });
});
