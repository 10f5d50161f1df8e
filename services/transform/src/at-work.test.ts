import { fixedClock, memoryTable } from '@catalog-sync/shared/adapters/memory/index.ts';
import { epochMs, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { planKey } from '@catalog-sync/shared/records/transform.ts';
import { isPlanned, openAtWork } from './at-work.ts';
import { sync, transformWorld } from './testing/world.ts';
import { workOn } from './work.ts';

const START = Date.UTC(2026, 10, 23, 12);
const world = () => {
  const clock = fixedClock(epochMs(START));
  const needs = { table: memoryTable(), clock };
  return { needs, later: (ms: number) => clock.set(clock.now() + ms) };
};

describe('whoever plans', () => {
  test('says nothing at first: most plans are made in a second', async () => {
    const { needs, later } = world();
    const goesOn = openAtWork(sync(1), needs);
    later(MINUTE / 2 - 1);
    await goesOn();
    expect([await isPlanned(sync(1), needs), needs.table.records()]).toEqual([false, []]);
  });

  test('says so after half a minute, and again as long as it goes on', async () => {
    const { needs, later } = world();
    const goesOn = openAtWork(sync(1), needs);
    for (let minute = 0; minute < 10; minute += 1) {
      later(MINUTE);
      await goesOn();
      expect(await isPlanned(sync(1), needs)).toBe(true);
    }
    expect(needs.table.records()).toHaveLength(1);
  });

  test('is waited for when it died, but not for long', async () => {
    const { needs, later } = world();
    const goesOn = openAtWork(sync(1), needs);
    later(MINUTE);
    await goesOn();
    later(2 * MINUTE - 1);
    expect(await isPlanned(sync(1), needs)).toBe(true);
    later(1);
    expect(await isPlanned(sync(1), needs)).toBe(false);
  });

  test('keeps nobody from planning another sync, and gives way to one that says the same', async () => {
    const { needs, later } = world();
    const [one, other] = [openAtWork(sync(1), needs), openAtWork(sync(2), needs)];
    later(MINUTE);
    await one();
    expect(await isPlanned(sync(2), needs)).toBe(false);
    await other();
    expect([await isPlanned(sync(1), needs), await isPlanned(sync(2), needs)]).toEqual([false, true]);
  });
});

test('a sync that somebody plans is left alone until that one is done or given up', async () => {
  const world = transformWorld({});
  const { pk, sk } = planKey(sync(1));
  await world.validated(1, [{ n: 1, rows: { a: '1 EUR' } }]);
  const goesOn = openAtWork(sync(1), world.needs);
  world.later(MINUTE);
  await goesOn();
  await workOn(sync(1), null, world.needs);
  expect(await world.needs.table.get(pk, sk)).toBeUndefined();
  world.later(2 * MINUTE);
  await workOn(sync(1), null, world.needs);
  expect(await world.needs.table.get(pk, sk)).toMatchObject({ state: 'planned' });
});
