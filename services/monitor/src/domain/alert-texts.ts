/** What people are told: what happened, how much of it, what to do. Ids, counts and reasons; never rows or secrets. */
import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { Parked } from '@catalog-sync/shared/edge/on-queue.ts';
import { type Alert, alertId } from '@catalog-sync/shared/records/alert.ts';
import type { BreakerRecord } from '@catalog-sync/shared/records/publish.ts';
import type { PlanRecord, SyncReport } from '@catalog-sync/shared/records/transform.ts';

const COMMONEST = 10;
const NAMED_IDS = 20;

const opened = (
  kind: Alert['kind'],
  catalog: string,
  sync: string | null,
  cause: string,
  at: EpochMs,
  subject: string,
  body: string[],
): Alert => ({
  id: alertId(kind, catalog, cause),
  kind,
  state: 'open',
  catalog,
  sync,
  subject,
  body: body.join('\n'),
  at,
});

/** The commonest reasons with how often each occurs. */
const reasons = (messages: readonly string[]): string[] => {
  const counts = new Map<string, number>();
  for (const message of messages) counts.set(message, (counts.get(message) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, COMMONEST)
    .map(([message, count]) => `- ${count} × ${message}`);
};

const ids = (all: readonly string[]): string =>
  all.length <= NAMED_IDS
    ? all.join(', ')
    : `${all.slice(0, NAMED_IDS).join(', ')} … and ${all.length - NAMED_IDS} more`;

/** Where the sync's report lies. */
export const reportPlace = (day: string, report: Pick<SyncReport, 'id'>): string => `${day}/${report.id}/report.json`;

export interface MetaWarning {
  id: string;
  message: string;
}

/** All that a settled sync gives people to look at. */
export const syncAlerts = (report: SyncReport, warnings: readonly MetaWarning[], day: string, at: EpochMs): Alert[] => {
  const { catalog, id: sync } = report;
  const where = `The report: ${reportPlace(day, report)} in the synced-products bucket.`;
  const alerts: Alert[] = [];
  const add = (kind: Alert['kind'], subject: string, body: string[]) =>
    alerts.push(opened(kind, catalog, sync, sync, at, subject, [...body, where]));

  const refused = report.files.filter(({ outcome }) => outcome === 'refused');
  if (report.status === 'failed-validation') {
    add(
      'validation-failed',
      `${sync}: no file could be used, nothing was sent`,
      refused.map(({ key, why }) => `- ${key}: ${why}`),
    );
  } else if (refused.length > 0) {
    add(
      'file-refused',
      `${sync}: ${refused.length} file(s) refused`,
      refused.map(({ key, why }) => `- ${key}: ${why}`),
    );
  }
  if (report.rows.rejected > 0) {
    const files = report.files.filter(({ outcome, rejected }) => outcome === 'archived' && rejected > 0);
    add('rows-rejected', `${sync}: ${report.rows.rejected} row(s) set aside`, [
      ...files.map(
        ({ key, rejected, landed }) => `- ${key}: ${rejected} of ${landed} rows; its report lies beside it in archive/`,
      ),
    ]);
  }
  const unknown = report.errors.filter(({ stage }) => stage === 'unknown');
  const errored = report.errors.filter(({ stage }) => stage !== 'unknown');
  if (errored.length > 0) {
    add('items-errored', `${sync}: Meta refused ${errored.length} item(s)`, [
      ...reasons(errored.map(({ message }) => message)),
      `Items: ${ids(errored.map(({ id }) => id))}`,
      `What to do: ${reasons(errored.map(({ remedy }) => remedy))[0]?.replace(/^- \d+ × /, '') ?? ''}`,
    ]);
  }
  if (unknown.length > 0) {
    add('items-unknown', `${sync}: nobody knows what Meta did with ${unknown.length} item(s)`, [
      ...reasons(unknown.map(({ message, remedy }) => `${message} ${remedy}`)),
      `Items: ${ids(unknown.map(({ id }) => id))}`,
    ]);
  }
  if (warnings.length > 0) {
    add('item-warnings', `${sync}: Meta warns about ${new Set(warnings.map(({ id }) => id)).size} item(s)`, [
      ...reasons(warnings.map(({ message }) => message)),
      `Items: ${ids([...new Set(warnings.map(({ id }) => id))])}`,
    ]);
  }
  return alerts;
};

export const planHeldId = (catalog: string, sync: string): string => alertId('plan-held', catalog, sync);

export const planHeldAlert = (catalog: string, sync: string, plan: PlanRecord, at: EpochMs): Alert =>
  opened('plan-held', catalog, sync, sync, at, `${sync}: the plan is held and waits for you`, [
    `It would change more than the limits allow: ${plan.risks.join(', ')}.`,
    'Nothing of it was sent. Look at it, then approve or discard it.',
  ]);

export const accessId = (catalog: string): string => alertId('access-refused', catalog, 'auth');

/** Meta's code says what is wrong with the token or its rights (Graph API error handling). */
const accessRemedy = (code: number, subcode: number | null): string => {
  if (code === 190 || code === 102)
    return 'The token is dead: make a new system-user token and put it into the secret.';
  if (code === 100 && subcode === 33) {
    return 'The catalog is not there for this token: check its number in the settings, and assign it to the system user.';
  }
  if (code === 803) return 'The catalog number is wrong: correct metaCatalogId in the settings.';
  if (code === 100) return 'The app secret does not fit the token: correct it in the secret, or leave it out.';
  if (code === 2500) return 'No token was given: put the system-user token into the secret.';
  if (code === 2635) return 'The version of the Graph API is too old: raise metaGraphVersion in the settings.';
  if (code === 368) return 'Meta has blocked this account for a while over a policy: look at Business Support Home.';
  return 'The token lacks a permission: give the system user catalog_management and manage rights on the catalog.';
};

export const accessAlert = (catalog: string, auth: NonNullable<BreakerRecord['auth']>, at: EpochMs): Alert =>
  opened('access-refused', catalog, null, 'auth', at, `${catalog}: Meta does not let us in (code ${auth.code})`, [
    accessRemedy(auth.code, auth.subcode),
    'Nothing is lost and nothing is rejected: sending goes on by itself once it works again.',
  ]);

export const ignoredAlert = (catalog: string, key: string, at: EpochMs): Alert =>
  opened('file-ignored', catalog, null, key, at, 'something landed that is no product file', [
    `- ${key}`,
    'It is left alone. Product files end in .csv or .csv.gz.',
  ]);

export const parkedAlert = ({ why, event, hash }: Parked, at: EpochMs): Alert =>
  opened('event-parked', 'default', null, hash, at, `an event could not be read and was parked (${why})`, [
    `Event ${event === '' ? 'unknown' : event}: parked/*/${hash}.json in the work bucket.`,
    'A newer or older version of a service may have said it: deploy the services to one version, then replay the event archive.',
  ]);
