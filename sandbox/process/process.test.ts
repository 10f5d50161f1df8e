import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCK_FILE, lockFolder, runningInfo, SandboxIsRunning } from './folder-lock.ts';
import { keptClock } from './kept-clock.ts';
import type { SandboxInfo } from './sandbox-info.ts';

const dir = mkdtempSync(join(tmpdir(), 'process-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('lock', () => {
  const info = { s3: 'http://127.0.0.1:1' } as SandboxInfo;
  const path = join(dir, LOCK_FILE);
  const stale = (owner: object): void => writeFileSync(path, JSON.stringify(owner));

  test('one sandbox owns the folder; a second one learns where the first is', async () => {
    const lock = await lockFolder(dir, path);
    const second = lockFolder(dir, path);
    lock.publish(info);
    const error: unknown = await second.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SandboxIsRunning);
    expect(error).toMatchObject({ pid: process.pid, info });
    expect(runningInfo(path)).toEqual(info);
    lock.release();
    expect(runningInfo(path)).toBeUndefined();
    (await lockFolder(dir, path)).release();
    expect(readdirSync(dir)).toEqual([]);
  });

  test.each<[string, object]>([
    // Linux gives no pid above 2^22.
    ['a dead process', { pid: 2 ** 22 + 1, token: 'a', info: {} }],
    ['another process of the same pid', { pid: process.pid, started: 'before', token: 'a', info: {} }],
    ['no readable owner', {}],
  ])('a lock left by %s is taken over', async (_name, owner) => {
    stale(owner);
    expect(runningInfo(path)).toBeUndefined();
    const lock = await lockFolder(dir, path);
    lock.publish(info);
    expect(runningInfo(path)).toEqual(info);
    lock.release();
    expect(readdirSync(dir)).toEqual([]);
  });

  // A process that is dead and not yet asked for shows as such in /proc alone, which only Linux has.
  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('a lock left by a killed process whose parent has not asked for its end is taken over', async () => {
    // The child ends once the shell has become something that never waits for children: sooner, the shell might have.
    const parent = spawn('sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = (await once(parent.stdout, 'data')) as [Buffer];
      const pid = Number(line.toString());
      const state = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0];
      while (state() !== 'Z') await new Promise((resolve) => setTimeout(resolve, 5));
      stale({ pid, token: 'a', info });
      expect(runningInfo(path)).toBeUndefined();
      (await lockFolder(dir, path)).release();
    } finally {
      parent.kill('SIGKILL');
      await once(parent, 'close');
    }
  });

  test('of several that find a stale lock one gets the folder', async () => {
    stale({ pid: 2 ** 22 + 1, token: 'a', info: {} });
    const attempts = Array.from({ length: 5 }, () =>
      lockFolder(dir, path).then((lock) => {
        lock.publish(info);
        return lock;
      }),
    );
    const results = await Promise.allSettled(attempts);
    const got = results.filter((result) => result.status === 'fulfilled');
    expect(got).toHaveLength(1);
    got[0]!.value.release();
  });
});

test('the clock goes on where it was', () => {
  const path = join(dir, 'clock.json');
  const first = keptClock(path);
  first.advance(5000);
  first.advance(7000);
  first.clock.stop();
  const second = keptClock(path);
  expect(Number(second.clock.offsetCell[0])).toBe(12_000);
  second.clock.stop();
});
