import * as t from 'io-ts';
import { EpochMs } from '../catalog/instant.ts';
import { hashOf } from '../hash.ts';
import { alertKinds } from './alert-kinds.ts';
import { orNull } from './record.ts';
import { machines } from './states.ts';

/** What people are told. Ids and counts only; never rows, never secrets. One open alert per cause. */
export const Alert = t.exact(
  t.intersection([
    t.type({
      /** Made from kind, catalog and cause, so that opening twice is opening once. */
      id: t.string,
      kind: t.keyof(alertKinds),
      state: t.keyof(machines.alert.states),
      catalog: t.string,
      /** `default-000042`, or null when it is about no one sync. */
      sync: orNull(t.string),
      subject: t.string,
      body: t.string,
      /** Since when it is open, or cleared; a state is younger than the one that it ended. */
      at: EpochMs,
    }),
    t.partial({
      /** How often it was said again because it is still open: once a day. Not there at first. */
      again: t.number,
    }),
  ]),
  'Alert',
);
export type Alert = t.TypeOf<typeof Alert>;

/** The same cause has the same id. */
export const alertId = (kind: Alert['kind'], catalog: string, cause: string): string =>
  `${kind}-${hashOf([kind, catalog, cause], 16)}`;

/** monitor's record of an alert. */
export const alertKey = (id: string) => ({ pk: `alert#${id}`, sk: 'alert' });

/** Something in the landing zone that is no product file; ingest says so until this alert is there. */
export const ignoredId = (catalog: string, key: string): string => alertId('file-ignored', catalog, key);
