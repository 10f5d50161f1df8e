import { fixedClock, memoryTable } from '../adapters/memory/index.ts';
import { epochMs, MINUTE } from '../catalog/instant.ts';
import type { CatalogName, SyncNumber, SyncRef } from '../catalog/sync.ts';
import { isAtWork, openAtWork } from './at-work.ts';

const sync = (n: number): SyncRef => ({ catalog: 'default' as CatalogName, sync: n as SyncNumber });
const FEW = 49_999;
const MANY = 50_000;
const START = Date.UTC(2026, 10, 23, 12);
const world = () => {
  const clock = fixedClock(epochMs(START));
  const needs = { table: memoryTable(), clock };
  return { needs, later: (ms: number) => clock.set(clock.now() + ms) };
};

const begin = async (needs: ReturnType<typeof world>['needs'], n = 1, rows = FEW): Promise<() => Promise<void>> => {
  const goesOn = await openAtWork('planning', sync(n), rows, needs);
  if (goesOn === undefined) throw new Error('another is at it');
  return goesOn;
};

describe('whoever is at it', () => {
  test('says nothing at first: most is done in a second', async () => {
    const { needs, later } = world();
    const goesOn = await begin(needs);
    later(MINUTE / 2 - 1);
    await goesOn();
    expect([await isAtWork('planning', sync(1), needs), needs.table.records()]).toEqual([false, []]);
  });

  test('says so at once when it is about many rows', async () => {
    const { needs } = world();
    const goesOn = await begin(needs, 1, MANY);
    await goesOn();
    expect([await isAtWork('planning', sync(1), needs), needs.table.records()[0]?.rev]).toEqual([true, 1]);
  });

  test.each([FEW, MANY])('keeps another from beginning: %i rows', async (rows) => {
    const { needs, later } = world();
    const goesOn = await begin(needs, 1, rows);
    later(MINUTE);
    await goesOn();
    expect(await openAtWork('planning', sync(1), rows, needs)).toBeUndefined();
  });

  test('is the only one, where several begin at once on many rows', async () => {
    const { needs } = world();
    const all = await Promise.all([1, 2, 3].map(() => openAtWork('planning', sync(1), MANY, needs)));
    expect(all.filter((one) => one !== undefined)).toHaveLength(1);
  });

  test('says so after half a minute, and again as long as it goes on', async () => {
    const { needs, later } = world();
    const goesOn = await begin(needs);
    for (let minute = 0; minute < 10; minute += 1) {
      later(MINUTE);
      await goesOn();
      expect(await isAtWork('planning', sync(1), needs)).toBe(true);
    }
    expect(needs.table.records()).toHaveLength(1);
  });

  test('is waited for when it died, but not for long', async () => {
    const { needs, later } = world();
    const goesOn = await begin(needs);
    later(MINUTE);
    await goesOn();
    later(2 * MINUTE - 1);
    expect(await isAtWork('planning', sync(1), needs)).toBe(true);
    later(1);
    expect(await isAtWork('planning', sync(1), needs)).toBe(false);
  });

  test('keeps nobody from another sync, and gives way to one that says the same', async () => {
    const { needs, later } = world();
    const [one, other] = [await begin(needs), await begin(needs, 2)];
    later(MINUTE);
    await one();
    expect(await isAtWork('planning', sync(2), needs)).toBe(false);
    await other();
    expect([await isAtWork('planning', sync(1), needs), await isAtWork('planning', sync(2), needs)]).toEqual([
      false,
      true,
    ]);
  });

  test('keeps nobody from other work on the sync', async () => {
    const { needs, later } = world();
    const goesOn = await begin(needs);
    later(MINUTE);
    await goesOn();
    expect(await isAtWork('judging', sync(1), needs)).toBe(false);
  });
});
