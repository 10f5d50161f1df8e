import { readEnvironment } from '@catalog-sync/shared/environment.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import * as t from 'io-ts';

const Environment = t.strict({
  BUS_NAME: t.string,
  LANDING_BUCKET: t.string,
  SYNCED_BUCKET: t.string,
  WORK_BUCKET: t.string,
  INGEST_TABLE: t.string,
  TRANSFORM_TABLE: t.string,
  MONITOR_TABLE: t.string,
  SETTINGS: t.string,
});

export const config = () => {
  const env = readEnvironment(Environment, process.env);
  return { ...env, settings: readSettings(JSON.parse(env.SETTINGS)) };
};
