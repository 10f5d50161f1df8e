/** Alerts have a state: opened once per cause, told to people, cleared when over. The record comes first, then the telling. */
import { ALLOWED_SKEW, DAY, EpochMs, later, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import type { Write } from '@catalog-sync/shared/ports/table.ts';
import { Alert, alertKey } from '@catalog-sync/shared/records/alert.ts';
import { type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import { transition } from '@catalog-sync/shared/records/transition.ts';
import * as t from 'io-ts';
import type { Outside } from './outside.ts';

/** The kind of work that the sweep looks for: alerts that nobody was told of yet. */
export const ALERTS_DUE = 'alert';

/** Whoever saved an alert has told it by then, whatever the clock of the next looker says, or is dead. */
const TOLD_WITHIN_MS = MINUTE + 2 * ALLOWED_SKEW;

/** An open alert is said again this often, so that what was overlooked is not forgotten. */
const SAY_AGAIN_MS = DAY;

export const AlertRecord = t.exact(
  t.intersection([
    t.type({ alert: Alert, told: t.boolean }),
    t.partial({
      /** When it was last given to people, or was about to be; not there in records of an earlier version. */
      saidAt: EpochMs,
    }),
  ]),
  'AlertRecord',
);
export type AlertRecord = t.TypeOf<typeof AlertRecord>;

export type Needs = Pick<Outside, 'table' | 'topic' | 'clock' | 'log'>;

export const readAlert = async (
  id: string,
  { table }: Pick<Needs, 'table'>,
): Promise<Read<AlertRecord> | undefined> => {
  const { pk, sk } = alertKey(id);
  return readRecord(AlertRecord, await table.get(pk, sk));
};

/**
 * An alert as it comes after `before`. A word may reach people later than the one that followed it, so they go by `at`;
 * whichever worker's clock it came from, a new state must therefore be younger than the one it ends.
 */
const dated = (alert: Alert, before: Alert | undefined): Alert =>
  before === undefined || before.state === alert.state || before.at < alert.at
    ? alert
    : { ...alert, at: later(before.at, 1) };

/** The write that puts an alert where `read` was, still to be told. */
const putAlert = (alert: Alert, read: Read<AlertRecord> | undefined, now: EpochMs): Write => {
  const due = { dueOf: ALERTS_DUE, dueAt: later(now, TOLD_WITHIN_MS) };
  const next = dated(alert, read?.value.alert);
  return transition('alert', read, { ...alertKey(alert.id), alert: next, told: false, saidAt: now, ...due });
};

/**
 * Opens an alert unless it is open already. Whoever saves it tells it: of two that look at one cause at the same time, one.
 * What stays untold, because its teller died, is told by the sweep.
 */
export const openAlert = async (alert: Alert, needs: Needs): Promise<void> => {
  const read = await readAlert(alert.id, needs);
  if (read?.value.alert.state !== 'open' && (await save(alert, read, needs))) await tell(alert.id, needs);
};

/**
 * Opens an alert whose cause comes once and never again, so that whoever has read old news cannot open it after it was over.
 * @param fence what must hold at the moment of writing
 */
export const openOnce = async (alert: Alert, fence: Write, needs: Needs): Promise<void> => {
  if ((await readAlert(alert.id, needs)) !== undefined) return;
  if (await save(alert, undefined, needs, [fence])) await tell(alert.id, needs);
};

/** Clears an alert that is open, and tells that it is over. One that nobody was told of yet is cleared at a later look. */
export const clearAlert = async (id: string, needs: Needs): Promise<void> => {
  const read = await readAlert(id, needs);
  if (read?.value.alert.state !== 'open' || !read.value.told) return;
  if (await save(clearedOf(read.value.alert, needs), read, needs)) await tell(id, needs);
};

const clearedOf = ({ again: _, ...alert }: Alert, { clock }: Pick<Needs, 'clock'>): Alert => ({
  ...alert,
  state: 'cleared',
  at: clock.now(),
});

/** False when somebody else was first. */
const save = (
  alert: Alert,
  read: Read<AlertRecord> | undefined,
  { table, clock }: Needs,
  fence: readonly Write[] = [],
): Promise<boolean> => table.write([putAlert(alert, read, clock.now()), ...fence]);

/**
 * Says an open alert again when people were last told a day ago, with what is to be said of it now. Whoever wins the write
 * tells it.
 */
export const sayAgain = async (id: string, needs: Needs, text?: Pick<Alert, 'subject' | 'body'>): Promise<void> => {
  const read = await readAlert(id, needs);
  if (read === undefined || !read.value.told) return;
  const { alert, saidAt = alert.at } = read.value;
  if (alert.state !== 'open' || needs.clock.now() - saidAt < SAY_AGAIN_MS) return;
  const { subject, body } = text ?? alert;
  const next: Alert = { ...alert, subject, body, again: (alert.again ?? 0) + 1 };
  if (await save(next, read, needs)) await tell(id, needs);
};

/** Publishes what was saved and not told; a crash between the two tells it twice rather than never. */
export const tell = async (id: string, needs: Needs): Promise<void> => {
  const { table, topic, log } = needs;
  const read = await readAlert(id, needs);
  if (read === undefined || read.value.told) return;
  const { alert } = read.value;
  await topic.publish(alert);
  log.info('alert', { kind: alert.kind, state: alert.state, catalog: alert.catalog, sync: alert.sync });
  await table.write([transition('alert', read, { ...alertKey(id), ...read.value, told: true })]);
};

/** Alerts that change together with the record that they hang on. */
export interface AlertChanges {
  /** Never opened again once they were cleared: each has a cause that happens once. */
  open: readonly Alert[];
  /** Ids. One that is not there yet stays away: whoever is about to open it finds this write in its place. */
  clear: readonly string[];
}

/**
 * Writes `hangsOn` and the alerts' changes, all or nothing, then tells what it has changed. False when somebody else was
 * first, or when an alert that is to be cleared was not told yet: the next look finds it so.
 */
export const changeAlerts = async ({ open, clear }: AlertChanges, hangsOn: Write, needs: Needs): Promise<boolean> => {
  const now = needs.clock.now();
  const writes: Write[] = [hangsOn];
  const changed: string[] = [];
  for (const id of clear) {
    const read = await readAlert(id, needs);
    if (read === undefined) writes.push({ kind: 'check', rev: 0, ...alertKey(id) });
    else if (read.value.alert.state === 'open') {
      if (!read.value.told) return false;
      writes.push(putAlert(clearedOf(read.value.alert, needs), read, now));
      changed.push(id);
    }
  }
  for (const alert of open) {
    if ((await readAlert(alert.id, needs)) !== undefined) continue;
    writes.push(putAlert(alert, undefined, now));
    changed.push(alert.id);
  }
  if (!(await needs.table.write(writes))) return false;
  for (const id of changed) await tell(id, needs);
  return true;
};
