import { fixedClock, memoryAlerts, memoryTable, silentLog } from '@catalog-sync/shared/adapters/memory/index.ts';
import { ALLOWED_SKEW, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { Alert } from '@catalog-sync/shared/records/alert.ts';
import { ALERTS_DUE, clearAlert, openAlert, tell } from './alerts.ts';

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
});
