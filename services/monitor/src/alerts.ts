/** Alerts have a state: opened once per cause, told to people, cleared when over. The record comes first, then the telling. */
import { ALLOWED_SKEW, later, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { Alert, alertKey } from '@catalog-sync/shared/records/alert.ts';
import { type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import { transition } from '@catalog-sync/shared/records/transition.ts';
import * as t from 'io-ts';
import type { Outside } from './outside.ts';

/** The kind of work that the sweep looks for: alerts that nobody was told of yet. */
export const ALERTS_DUE = 'alert';

/** Whoever saved an alert has told it by then, whatever the clock of the next looker says, or is dead. */
const TOLD_WITHIN_MS = MINUTE + 2 * ALLOWED_SKEW;

export const AlertRecord = t.strict({ alert: Alert, told: t.boolean }, 'AlertRecord');
export type AlertRecord = t.TypeOf<typeof AlertRecord>;

type Needs = Pick<Outside, 'table' | 'topic' | 'clock' | 'log'>;

const readAlert = async (id: string, { table }: Needs) => {
  const { pk, sk } = alertKey(id);
  return readRecord(AlertRecord, await table.get(pk, sk));
};

/**
 * Opens an alert unless it is open already. Whoever saves it tells it: of two that look at one cause at the same time, one.
 * What stays untold, because its teller died, is told by the sweep.
 */
export const openAlert = async (alert: Alert, needs: Needs): Promise<void> => {
  const read = await readAlert(alert.id, needs);
  if (read?.value.alert.state !== 'open' && (await save(alert, read, needs))) await tell(alert.id, needs);
};

/** Clears an alert that is open, and tells that it is over. */
export const clearAlert = async (id: string, needs: Needs): Promise<void> => {
  const read = await readAlert(id, needs);
  if (read?.value.alert.state !== 'open') return;
  if (await save({ ...read.value.alert, state: 'cleared', at: needs.clock.now() }, read, needs)) await tell(id, needs);
};

/** False when somebody else was first. */
const save = (alert: Alert, read: Read<AlertRecord> | undefined, { table, clock }: Needs): Promise<boolean> => {
  const due = { dueOf: ALERTS_DUE, dueAt: later(clock.now(), TOLD_WITHIN_MS) };
  return table.write([transition('alert', read, { ...alertKey(alert.id), alert, told: false, ...due })]);
};

/** Publishes what was saved and not told; a crash between the two tells it twice rather than never. */
export const tell = async (id: string, needs: Needs): Promise<void> => {
  const { table, topic, log } = needs;
  const read = await readAlert(id, needs);
  if (read === undefined || read.value.told) return;
  const { alert } = read.value;
  await topic.publish(alert);
  log.info('alert', { kind: alert.kind, state: alert.state, catalog: alert.catalog, sync: alert.sync });
  await table.write([transition('alert', read, { ...alertKey(id), alert, told: true })]);
};
