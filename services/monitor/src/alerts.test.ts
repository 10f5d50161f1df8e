import { fixedClock, memoryAlerts, memoryTable, silentLog } from '@catalog-sync/shared/adapters/memory/index.ts';
import { ALLOWED_SKEW, DAY, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { Alert } from '@catalog-sync/shared/records/alert.ts';
import { ALERTS_DUE, changeAlerts, clearAlert, openAlert, openOnce, sayAgain, tell } from './alerts.ts';

const alert: Alert = {
  id: 'access-1',
  kind: 'access-refused',
  state: 'open',
  catalog: 'default',
  sync: null,
  subject: 'no access',
  body: 'mend it',
  at: epochMs(1000),
};
const world = () => ({ table: memoryTable(), topic: memoryAlerts(), clock: fixedClock(1000), log: silentLog });
const states = ({ topic }: ReturnType<typeof world>) => topic.published.map(({ state }) => state);

describe('an alert', () => {
  test('is told once while its cause lasts, and once when it is over', async () => {
    const needs = world();
    await openAlert(alert, needs);
    await openAlert({ ...alert, at: epochMs(2000) }, needs);
    await clearAlert(alert.id, needs);
    await clearAlert(alert.id, needs);
    expect(states(needs)).toEqual(['open', 'cleared']);
  });

  test('is told once when two look at its cause at the same time', async () => {
    const needs = world();
    await Promise.all([openAlert(alert, needs), openAlert(alert, needs)]);
    expect(states(needs)).toEqual(['open']);
    await Promise.all([clearAlert(alert.id, needs), clearAlert(alert.id, needs)]);
    expect(states(needs)).toEqual(['open', 'cleared']);
  });

  test('is opened again when its cause comes back', async () => {
    const needs = world();
    await openAlert(alert, needs);
    await clearAlert(alert.id, needs);
    await openAlert(alert, needs);
    expect(states(needs)).toEqual(['open', 'cleared', 'open']);
  });

  test('dates each state after the one before, though the clock of whoever clears or opens it is behind', async () => {
    const needs = world();
    await openAlert({ ...alert, at: epochMs(5000) }, needs);
    await clearAlert(alert.id, needs);
    await openAlert({ ...alert, at: epochMs(4000) }, needs);
    await changeAlerts({ open: [], clear: [alert.id] }, { kind: 'put', rev: 0, record: { pk: 'w', sk: 'w' } }, needs);
    expect(needs.topic.published.map(({ state, at }) => [state, at])).toEqual([
      ['open', 5000],
      ['cleared', 5001],
      ['open', 5002],
      ['cleared', 5003],
    ]);
  });

  test('that is being told is not due for a worker whose clock is ahead of the teller’s by all that clocks may differ', async () => {
    const needs = world();
    const slow = { ...needs, topic: { publish: () => new Promise<void>(() => {}) } };
    void openAlert(alert, slow);
    await new Promise(setImmediate);
    expect(await needs.table.due(ALERTS_DUE, epochMs(needs.clock.now() + 2 * ALLOWED_SKEW), 10)).toEqual([]);
    expect(await needs.table.due(ALERTS_DUE, epochMs(needs.clock.now() + 3 * ALLOWED_SKEW), 10)).toHaveLength(1);
  });

  test('that was saved and not told stays due until it is told', async () => {
    const needs = world();
    const broken = { ...needs, topic: { publish: () => Promise.reject(new Error('no network')) } };
    await expect(openAlert(alert, broken)).rejects.toThrow('no network');
    needs.clock.set(20 * 60_000);
    expect(await needs.table.due(ALERTS_DUE, needs.clock.now(), 10)).toHaveLength(1);
    await tell(alert.id, needs);
    expect(states(needs)).toEqual(['open']);
    expect(await needs.table.due(ALERTS_DUE, needs.clock.now(), 10)).toHaveLength(0);
  });

  test('is cleared only after people were told that it is open', async () => {
    const needs = world();
    const broken = { ...needs, topic: { publish: () => Promise.reject(new Error('no network')) } };
    await expect(openAlert(alert, broken)).rejects.toThrow('no network');
    await clearAlert(alert.id, needs);
    expect(states(needs)).toEqual([]);
    await tell(alert.id, needs);
    await clearAlert(alert.id, needs);
    expect(states(needs)).toEqual(['open', 'cleared']);
  });
});

describe('an open alert', () => {
  const openFor = async (ms: number) => {
    const needs = world();
    await openAlert(alert, needs);
    needs.clock.set(1000 + ms);
    return needs;
  };

  test.each([
    [DAY - 1, 1],
    [DAY, 2],
  ])('after %d ms was told %d time(s), by whoever is first', async (ms, times) => {
    const needs = await openFor(ms);
    await Promise.all([sayAgain(alert.id, needs), sayAgain(alert.id, needs)]);
    await sayAgain(alert.id, needs);
    expect(states(needs)).toEqual(Array.from({ length: times }, () => 'open'));
  });

  test('is said again as the same alert, with how often it was, and with what is to be said now', async () => {
    const needs = await openFor(DAY);
    await sayAgain(alert.id, needs);
    needs.clock.set(1000 + 2 * DAY);
    await sayAgain(alert.id, needs, { subject: 'still no access', body: 'mend it at last' });
    expect(needs.topic.published).toEqual([
      alert,
      { ...alert, again: 1 },
      { ...alert, subject: 'still no access', body: 'mend it at last', again: 2 },
    ]);
  });

  test('whose teller dies when it is said again stays due until it is told', async () => {
    const needs = await openFor(DAY);
    const broken = { ...needs, topic: { publish: () => Promise.reject(new Error('no network')) } };
    await expect(sayAgain(alert.id, broken)).rejects.toThrow('no network');
    expect(await needs.table.due(ALERTS_DUE, 1000 + 2 * DAY, 10)).toHaveLength(1);
    await tell(alert.id, needs);
    expect(needs.topic.published.at(-1)).toEqual({ ...alert, again: 1 });
  });

  test('is not said again once it is over, and counts anew when it comes back', async () => {
    const needs = await openFor(DAY);
    await sayAgain(alert.id, needs);
    await clearAlert(alert.id, needs);
    needs.clock.set(1000 + 3 * DAY);
    await sayAgain(alert.id, needs);
    await openAlert({ ...alert, at: epochMs(1000 + 3 * DAY) }, needs);
    expect(needs.topic.published.map(({ state, again }) => [state, again])).toEqual([
      ['open', undefined],
      ['open', 1],
      ['cleared', undefined],
      ['open', undefined],
    ]);
  });

  test('of an earlier version, which kept no moment of telling, is said again a day after it was opened', async () => {
    const needs = world();
    const record = { pk: `alert#${alert.id}`, sk: 'alert', alert, told: true };
    await needs.table.write([{ kind: 'put', rev: 0, record }]);
    needs.clock.set(1000 + DAY);
    await sayAgain(alert.id, needs);
    expect(needs.topic.published).toEqual([{ ...alert, again: 1 }]);
  });

  test('that never was is not said again', async () => {
    const needs = world();
    await sayAgain('nothing', needs);
    expect(states(needs)).toEqual([]);
  });
});

const here = { pk: 'watch#default', sk: 'watch' };
const step = (rev: number) => ({ kind: 'put' as const, rev, record: { ...here, examined: rev + 1 } });

describe('an alert whose cause comes once', () => {
  const fence = { kind: 'check' as const, rev: 0, ...here };

  test('is opened once, and never again after it was over', async () => {
    const needs = world();
    await openOnce(alert, fence, needs);
    await openOnce(alert, fence, needs);
    await clearAlert(alert.id, needs);
    await openOnce(alert, fence, needs);
    expect(states(needs)).toEqual(['open', 'cleared']);
  });

  test('is not opened by whoever has read old news', async () => {
    const needs = world();
    await needs.table.write([step(0)]);
    await openOnce(alert, fence, needs);
    expect(states(needs)).toEqual([]);
  });
});

describe('alerts that change together', () => {
  const other = { ...alert, id: 'other-1' };

  test('change with the record that they hang on, and are told: first what is over', async () => {
    const needs = world();
    await openAlert(alert, needs);
    expect(await changeAlerts({ open: [other], clear: [alert.id] }, step(0), needs)).toBe(true);
    expect(needs.topic.published.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'access-1 open',
      'access-1 cleared',
      'other-1 open',
    ]);
    expect(await needs.table.get(here.pk, here.sk)).toMatchObject({ examined: 1 });
  });

  test('do not change when somebody else was first', async () => {
    const needs = world();
    await needs.table.write([step(0)]);
    expect(await changeAlerts({ open: [other], clear: [] }, step(0), needs)).toBe(false);
    expect(states(needs)).toEqual([]);
  });

  test('wait for one that is to be cleared and was not told yet', async () => {
    const needs = world();
    const broken = { ...needs, topic: { publish: () => Promise.reject(new Error('no network')) } };
    await expect(openAlert(alert, broken)).rejects.toThrow('no network');
    expect(await changeAlerts({ open: [], clear: [alert.id] }, step(0), needs)).toBe(false);
    await tell(alert.id, needs);
    expect(await changeAlerts({ open: [], clear: [alert.id] }, step(0), needs)).toBe(true);
    expect(states(needs)).toEqual(['open', 'cleared']);
  });

  test('keep away one that is to be cleared and is opened at that moment', async () => {
    const needs = world();
    const late: typeof needs = {
      ...needs,
      table: {
        ...needs.table,
        write: async (writes) => {
          if (writes.length > 1) await openAlert(alert, needs);
          return needs.table.write(writes);
        },
      },
    };
    expect(await changeAlerts({ open: [], clear: [alert.id] }, step(0), late)).toBe(false);
    expect(await changeAlerts({ open: [], clear: [alert.id] }, step(0), needs)).toBe(true);
    expect(states(needs)).toEqual(['open', 'cleared']);
  });

  test('leave one as it is that an earlier version has opened', async () => {
    const needs = world();
    await openAlert(alert, needs);
    expect(await changeAlerts({ open: [alert], clear: [] }, step(0), needs)).toBe(true);
    expect(states(needs)).toEqual(['open']);
  });
});
