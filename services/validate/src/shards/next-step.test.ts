import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { Mark } from '@catalog-sync/shared/rows/shards.ts';
import { nextStep, rangesOf, type Step } from './next-step.ts';
import type { DoneShard, ShardRecord } from './record.ts';

describe('a file is cut into shards', () => {
  test.each<[number, string]>([
    [250, '0-100 100-200 200-'],
    [201, '0-100 100-200 200-'],
    [200, '0-100 100-'],
    [100, '0-'],
    [1, '0-'],
  ])('of a hundred bytes each: one of %d bytes', (size, expected) =>
    expect(
      rangesOf(size, 100)
        .map(({ from, until }) => `${from}-${until ?? ''}`)
        .join(' '),
    ).toBe(expected),
  );
});

const NOW = epochMs(1_000_000);
const HEAD: Mark = { at: 20, lost: false, spent: 0 };
const ranges = rangesOf(300, 100);
const mark = (at: number, lost = false): Mark => ({ at, lost, spent: 0 });

/** Shard n, read from there to there. */
const done = (n: number, from: number, to: number, more: Partial<DoneShard> = {}): DoneShard => ({
  state: 'done',
  range: ranges[n]!,
  begin: mark(from),
  end: mark(to),
  refused: false,
  key: `${n}`,
  ...more,
});
const open = (until: number): ShardRecord => ({ state: 'open', until: epochMs(until) });
const busy = open(NOW + 1);
const left = open(NOW);
const read = (shard: number, from: number | Mark): Step => ({ kind: 'read', shard, from });
const WAIT: Step = { kind: 'wait' };

describe('a worker', () => {
  test.each<[string, (ShardRecord | undefined)[], Step]>([
    ['begins behind the header', [], read(0, HEAD)],
    ['goes on where the one before ends', [done(0, 20, 105)], read(1, mark(105))],
    ['also behind a fault', [done(0, 20, 105, { end: mark(105, true) })], read(1, mark(105, true))],
    ['helps another: from where a row seems to begin', [busy], read(1, 100)],
    ['and further on', [busy, busy], read(2, 200)],
    ['takes over what another has left', [left], read(0, HEAD)],
    ['takes over behind what is being read', [busy, left], read(1, 100)],
    ['waits when others read the rest', [busy, done(1, 105, 210), busy], WAIT],
    [
      'waits when others read the rest, though a link before is whole',
      [done(0, 20, 105), done(1, 105, 210), busy],
      WAIT,
    ],
    ['reads again what began at a wrong place', [done(0, 20, 105), done(1, 110, 210)], read(1, mark(105))],
    ['before anything else', [done(0, 20, 105), done(1, 110, 210), left], read(1, mark(105))],
    ['does not judge a place before the shard before is read', [busy, done(1, 110, 210)], read(2, 200)],
    ['reads again what was cut otherwise', [done(0, 20, 105, { range: { from: 0, until: 50 } })], read(0, HEAD)],
  ])('%s', (_what, records, expected) => expect(nextStep(HEAD, ranges, records, NOW)).toEqual(expected));
});

describe('a file is whole', () => {
  const all = [done(0, 20, 105), done(1, 105, 210), done(2, 210, 300)];
  test('when each shard begins where the one before ends', () =>
    expect(nextStep(HEAD, ranges, all, NOW)).toEqual({ kind: 'whole', shards: all }));

  test('and known to be unusable when one says so that is in its place', () => {
    const refused = done(1, 105, 130, { refused: true });
    expect(nextStep(HEAD, ranges, [all[0], refused, busy], NOW)).toEqual({ kind: 'whole', shards: [all[0], refused] });
  });

  test('but not by one that is not', () => {
    const refused = done(1, 111, 130, { refused: true });
    expect(nextStep(HEAD, ranges, [all[0], refused, all[2]], NOW)).toEqual(read(1, mark(105)));
  });

  test('with rows as long as several shards', () => {
    const long = [done(0, 20, 290), done(1, 290, 290), done(2, 290, 300)];
    expect(nextStep(HEAD, ranges, long, NOW)).toEqual({ kind: 'whole', shards: long });
  });
});
