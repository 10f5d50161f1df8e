/** What people are told: what happened, how much of it, what to do. Ids, counts and reasons; never rows or secrets. */
import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { utcText } from '@catalog-sync/shared/catalog/utc-text.ts';
import type { Parked } from '@catalog-sync/shared/edge/on-queue.ts';
import { hashOf } from '@catalog-sync/shared/hash.ts';
import { accessRefusal } from '@catalog-sync/shared/records/access-refusals.ts';
import { type Alert, alertId } from '@catalog-sync/shared/records/alert.ts';
import type { BreakerRecord } from '@catalog-sync/shared/records/publish.ts';
import type { PlanRecord, SyncReport } from '@catalog-sync/shared/records/transform.ts';
import type { Rejected } from './rejected-rows.ts';

const COMMONEST = 10;
const NAMED_IDS = 20;
const MOST_LINES = 50;

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

/** Texts with how often each occurs, the commonest first. */
const counted = (texts: readonly string[]): [text: string, count: number][] => {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
};

const commonest = (texts: readonly string[]): string => counted(texts)[0]?.[0] ?? '';

/** The commonest reasons with how often each occurs. */
const reasons = (messages: readonly string[]): string[] =>
  counted(messages)
    .slice(0, COMMONEST)
    .map(([message, count]) => `- ${count} × ${message}`);

/** Lines as far as people read; an alert is no report. */
const few = (lines: readonly string[]): string[] =>
  lines.length <= MOST_LINES ? [...lines] : [...lines.slice(0, MOST_LINES), `… and ${lines.length - MOST_LINES} more`];

/** Rows that were set aside of a file that was used. */
const outOf = ({ outcome, rejected }: SyncReport['files'][number]): number => (outcome === 'archived' ? rejected : 0);

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

/** What Meta warned of. The list may be a sample of so many. */
export interface Warned {
  listed: readonly MetaWarning[];
  total: number;
}

/** One kind of trouble of a settled sync, and what tells it from another trouble of that kind: ids and reasons, hashed. */
export interface Trouble {
  alert: Alert;
  sameAs: string;
}

const namesOf = (items: readonly { id: string }[]): string[] => [...new Set(items.map(({ id }) => id))];

/** The same with the next file, under another name and with some rows more, is the same trouble. */
const withoutNames = (note: string, { files }: SyncReport): string =>
  files.reduce((text, { key }) => text.replaceAll(key, ''), note).replace(/\d+/g, 'n');

/** All that a settled sync gives people to look at, at most one of a kind. */
export const troublesOf = (
  report: SyncReport,
  rejected: Rejected,
  warned: Warned,
  day: string,
  at: EpochMs,
): Trouble[] => {
  const { catalog, id: sync } = report;
  const where = `The report: ${reportPlace(day, report)} in the synced-products bucket.`;
  const troubles: Trouble[] = [];
  const add = (kind: Alert['kind'], subject: string, body: string[], essence: readonly (readonly string[])[]) => {
    const alert = opened(kind, catalog, sync, sync, at, subject, [...body, where]);
    troubles.push({ alert, sameAs: hashOf(essence.map((one) => JSON.stringify(one)).sort()) });
  };

  const refused = report.files.filter(({ outcome }) => outcome === 'refused');
  if (refused.length > 0) {
    const failed = report.status === 'failed-validation';
    add(
      failed ? 'validation-failed' : 'file-refused',
      failed ? `${sync}: no file could be used, nothing was sent` : `${sync}: ${refused.length} file(s) refused`,
      few(refused.map(({ key, why }) => `- ${key}: ${why}`)),
      refused.map(({ key, why }) => [key, why ?? '']),
    );
  }
  if (report.misdescribed.length > 0) {
    add(
      'file-misdescribed',
      `${sync}: a file is not what it says of itself`,
      few(report.misdescribed.map((note) => `- ${note}`)),
      report.misdescribed.map((note) => [withoutNames(note, report)]),
    );
  }
  if (report.rows.rejected > 0) {
    const files = report.files.filter((file) => outOf(file) > 0);
    add(
      'rows-rejected',
      `${sync}: ${report.rows.rejected} row(s) set aside`,
      [
        ...few(
          files.map(
            (file) => `- ${file.key}: ${file.rejected} of ${file.landed} rows; its report lies beside it in archive/`,
          ),
        ),
        ...rejected.reasons,
      ],
      [rejected.essence],
    );
  }
  const unknown = report.errors.filter(({ stage }) => stage === 'unknown');
  const errored = report.errors.filter(({ stage }) => stage !== 'unknown');
  if (errored.length > 0) {
    add(
      'items-errored',
      `${sync}: Meta refused ${errored.length} item(s)`,
      [
        ...reasons(errored.map(({ message }) => message)),
        `Items: ${ids(errored.map(({ id }) => id))}`,
        `What to do: ${commonest(errored.map(({ remedy }) => remedy))}`,
      ],
      errored.map(({ id, message }) => [id, message]),
    );
  }
  if (unknown.length > 0) {
    add(
      'items-unknown',
      `${sync}: nobody knows what Meta did with ${unknown.length} item(s)`,
      [
        ...reasons(unknown.map(({ message, remedy }) => `${message} ${remedy}`)),
        `Items: ${ids(unknown.map(({ id }) => id))}`,
      ],
      unknown.map(({ id, message }) => [id, message]),
    );
  }
  const { listed: warnings } = warned;
  if (warnings.length > 0) {
    const names = namesOf(warnings);
    const unlisted = Math.max(0, warned.total - warnings.length);
    add(
      'item-warnings',
      `${sync}: Meta warns about ${unlisted > 0 ? 'more than ' : ''}${names.length} item(s)`,
      [
        ...reasons(warnings.map(({ message }) => message)),
        `Items: ${ids(names)}`,
        ...(unlisted > 0 ? [`Of ${unlisted} further warning(s) Meta says the number alone.`] : []),
      ],
      warnings.map(({ id, message }) => [id, message]),
    );
  }
  return troubles;
};

export const planHeldId = (catalog: string, sync: string): string => alertId('plan-held', catalog, sync);

export const planHeldAlert = (catalog: string, sync: string, plan: PlanRecord, at: EpochMs): Alert => {
  const of = catalog === 'default' ? '' : ` --catalog ${catalog}`;
  return opened('plan-held', catalog, sync, sync, at, `${sync}: the plan is held and waits for you`, [
    `It would change more than the limits allow: ${plan.risks.join(', ')}.`,
    `Nothing of it was sent. Look at it: catalog-sync plan --sync ${Number(/\d+$/.exec(sync)?.[0])}${of}`,
    `To send it: catalog-sync approve ${sync} --plan ${plan.hash}${of}`,
    `To drop it, and its files into refused/: catalog-sync discard ${sync} --plan ${plan.hash}${of}`,
  ]);
};

export const stalledId = (catalog: string, sync: string): string => alertId('sync-stalled', catalog, sync);

/** @param why what it waits for */
export const stalledAlert = (
  catalog: string,
  sync: string,
  openedAt: EpochMs,
  why: readonly string[],
  at: EpochMs,
): Alert =>
  opened('sync-stalled', catalog, sync, sync, at, `${sync}: it has not settled for hours`, [
    `It opened at ${utcText(openedAt)}. Files that land meanwhile wait for the next sync. What it waits for:`,
    ...why.map((reason) => `- ${reason}`),
  ]);

export const accessId = (catalog: string): string => alertId('access-refused', catalog, 'auth');

export const accessAlert = (catalog: string, auth: NonNullable<BreakerRecord['auth']>, at: EpochMs): Alert => {
  const { means, remedy } = accessRefusal(auth.code, auth.subcode);
  return opened(
    'access-refused',
    catalog,
    null,
    'auth',
    at,
    `${catalog}: Meta does not let us in (code ${auth.code})`,
    [
      `What is wrong: ${means}.`,
      `What to do: ${remedy}.`,
      'Nothing is lost and nothing is rejected: sending goes on by itself once it works again.',
    ],
  );
};

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
