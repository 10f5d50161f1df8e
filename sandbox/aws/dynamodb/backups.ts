import type { Store } from 'dynalite/db/index.js';
import { invalid } from './service-error.ts';

interface Setting {
  enabled: boolean;
  days: number;
  /** Epoch milliseconds. */
  since: number;
}

const settingKey = (table: string): string => `backups~${table}`;

/** Point-in-time recovery as a setting only: what is asked for is kept and told back, nothing is backed up. */
export const setPointInTimeRecovery = async (store: Store, table: string, wanted: unknown, now: number) => {
  const { PointInTimeRecoveryEnabled: enabled, RecoveryPeriodInDays: days = 35 } = (wanted ?? {}) as Record<
    string,
    unknown
  >;
  if (typeof enabled !== 'boolean') throw invalid('PointInTimeRecoverySpecification needs PointInTimeRecoveryEnabled');
  if (typeof days !== 'number' || days < 1 || days > 35) throw invalid('RecoveryPeriodInDays is from 1 to 35');
  const old = (await store.db.get(settingKey(table))) as Setting | undefined;
  const since = old?.enabled && enabled ? old.since : now;
  await store.db.put(settingKey(table), { enabled, days, since } satisfies Setting);
};

/** The body of Describe- and UpdateContinuousBackups; times in epoch seconds, as DynamoDB gives them. */
export const describeBackups = async (store: Store, table: string, now: number) => {
  const setting = (await store.db.get(settingKey(table))) as Setting | undefined;
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: setting?.enabled
        ? {
            PointInTimeRecoveryStatus: 'ENABLED',
            RecoveryPeriodInDays: setting.days,
            EarliestRestorableDateTime: setting.since / 1000,
            LatestRestorableDateTime: now / 1000,
          }
        : { PointInTimeRecoveryStatus: 'DISABLED' },
    },
  };
};

export const forgetBackups = (store: Store, table: string): Promise<void> => store.db.del(settingKey(table));
