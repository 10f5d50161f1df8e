import { type EpochMs, epochMs } from '../../catalog/instant.ts';
import type { Said } from '../../events/define.ts';
import type { AlertTopic } from '../../ports/alerts.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { Alert } from '../../records/alert.ts';

/** Remembers what was said. */
export const memoryBus = (): EventBus & { readonly said: Said[] } => {
  const said: Said[] = [];
  return { said, say: async (events) => void said.push(...events) };
};

/** Stands still until a test moves it; waiting moves it and takes no time. */
export const fixedClock = (at = 0): Clock & { set(to: number): void } => {
  let now = at;
  return {
    now: (): EpochMs => epochMs(now),
    wait: async (ms) => {
      now += ms;
    },
    set: (to) => {
      now = to;
    },
  };
};

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

export const memoryAlerts = (): AlertTopic & { readonly published: Alert[] } => {
  const published: Alert[] = [];
  return { published, publish: async (alert) => void published.push(alert) };
};

export const memoryMetrics = (): Metrics & { readonly counted: [string, number][] } => {
  const counted: [string, number][] = [];
  return { counted, count: (name, value) => void counted.push([name, value]) };
};

export const memorySecrets = (accessToken: string, appSecret: string | null = null): Secrets => ({
  meta: async () => ({ accessToken, appSecret, version: '1' }),
});
