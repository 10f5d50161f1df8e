import { openLoop } from './cloud/loop.ts';
import type { RuleWiring } from './cloud/wiring.ts';
import { openSchedules } from './schedules.ts';

const MINUTE = 60_000;
const rule = (service: string, everyMs: number): RuleWiring => ({
  service,
  name: 'Every',
  bus: 'default',
  matches: null,
  everyMs,
  queue: '',
});

/** The minutes of an hour in which a service has a tick. */
const ticksOf = async (needs: {
  due?: (minute: number) => number;
  progress?: (minute: number) => number;
  over?: (minute: number) => boolean;
  roll?: (minute: number) => number;
}): Promise<number[]> => {
  const loop = openLoop(0);
  const minute = (): number => loop.now() / MINUTE;
  const seen: number[] = [];
  const schedules = openSchedules(
    { queues: [], functions: [], rules: [rule('publish', MINUTE), rule('ingest', 60 * MINUTE)] },
    {
      loop,
      luck: { roll: () => needs.roll?.(minute()) ?? 0 } as never,
      bus: { tick: ({ service }: RuleWiring) => service === 'publish' && seen.push(minute()) } as never,
      start: 0,
      firstDue: () => (needs.due?.(minute()) ?? 0) * MINUTE,
      progress: () => needs.progress?.(minute()) ?? 0,
      ticked: () => {},
      over: () => needs.over?.(minute()) ?? false,
    },
  );
  schedules.begin();
  await loop.run(59 * MINUTE);
  expect(schedules.ticks()).toBe(seen.length);
  return seen;
};

describe('a service has a tick', () => {
  test('each minute while things move on', async () => {
    expect(await ticksOf({ progress: (minute) => minute })).toEqual(Array.from({ length: 60 }, (_, n) => n));
  });

  test('less and less often while its ticks change nothing', async () => {
    expect(await ticksOf({})).toEqual([0, 1, 3, 7, 15, 31, 47]);
  });

  test('each minute again once something has moved on', async () => {
    expect(await ticksOf({ progress: (minute) => (minute < 20 ? 0 : minute) })).toEqual([
      0,
      1,
      3,
      7,
      15,
      ...Array.from({ length: 29 }, (_, n) => 31 + n),
    ]);
  });

  test('but for those that are lost', async () => {
    const progress = (minute: number): number => minute;
    expect(await ticksOf({ progress, roll: (minute) => (minute < 57 ? 0.999 : 0) })).toEqual([57, 58, 59]);
  });

  test('not before anything is due, nor when all is over', async () => {
    expect(await ticksOf({ due: () => 50, progress: (minute) => minute })).toEqual([
      50, 51, 52, 53, 54, 55, 56, 57, 58, 59,
    ]);
    expect(await ticksOf({ due: () => Number.POSITIVE_INFINITY })).toEqual([]);
    expect(await ticksOf({ over: (minute) => minute >= 3, progress: (minute) => minute })).toEqual([0, 1, 2]);
  });
});
