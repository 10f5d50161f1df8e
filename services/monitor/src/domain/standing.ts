/** Which troubles of earlier syncs stand, and what a further sync makes of them: one open alert a kind, none twice. */
import type { Alert } from '@catalog-sync/shared/records/alert.ts';
import type { SyncReport } from '@catalog-sync/shared/records/transform.ts';
import * as t from 'io-ts';
import type { Trouble } from './alert-texts.ts';

const Stands = t.strict({ id: t.string, sameAs: t.string });

const kinds = {
  'validation-failed': Stands,
  'file-refused': Stands,
  'file-misdescribed': Stands,
  'rows-rejected': Stands,
  'items-errored': Stands,
  'items-unknown': Stands,
  'item-warnings': Stands,
};
type Kind = keyof typeof kinds;

/** By kind: the alert that is open, and what its trouble is known by. */
export const Standing = t.exact(t.partial(kinds), 'Standing');
export type Standing = t.TypeOf<typeof Standing>;

export interface NextStanding {
  standing: Standing;
  open: Alert[];
  clear: string[];
}

/**
 * The same trouble again (every hour the same twelve products) opens nothing; another of its kind takes its place; a sync
 * that would have met it and did not ends it.
 */
export const afterSync = (before: Standing, report: SyncReport, troubles: readonly Trouble[]): NextStanding => {
  const next: NextStanding = { standing: {}, open: [], clear: [] };
  for (const kind of Object.keys(kinds) as Kind[]) {
    const was = before[kind];
    const found = troubles.find(({ alert }) => alert.kind === kind);
    if (found !== undefined && found.sameAs !== was?.sameAs) {
      next.open.push(found.alert);
      next.standing[kind] = { id: found.alert.id, sameAs: found.sameAs };
      if (was !== undefined) next.clear.push(was.id);
    } else if (was !== undefined) {
      if (found === undefined && wouldHaveMet(kind, report)) next.clear.push(was.id);
      else next.standing[kind] = was;
    }
  }
  return next;
};

/**
 * Whether a sync without a trouble of this kind shows that it is over. One without files says nothing of files and rows.
 * Items in trouble are over only when none is left, in whichever sync they came: what was refused and comes as it was, or
 * does not come at all, is neither sent nor named.
 */
const wouldHaveMet = (kind: Kind, { files, troubled }: SyncReport): boolean => {
  switch (kind) {
    case 'validation-failed':
    case 'file-refused':
      return files.length > 0;
    case 'file-misdescribed':
    case 'rows-rejected':
    case 'item-warnings':
      return files.some(({ outcome }) => outcome === 'archived');
    case 'items-errored':
      return troubled?.refused === 0;
    case 'items-unknown':
      return troubled?.unknown === 0;
  }
};
