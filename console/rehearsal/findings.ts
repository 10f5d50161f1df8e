import { noGroups } from '@catalog-sync/shared/records/transform.ts';
import type { Validation } from '@catalog-sync/shared/records/validate.ts';
import { leftAlone, plural } from '../cli/say.ts';
import type { PlanPicture } from '../plan-text.ts';

const BY_CHECK = '`catalog-sync check` names each';

/** What is to be said about the files, in sentences. `strays`: keys of what is no product file. */
export const findingsOf = (validation: Validation | null, strays: readonly string[]): string[] => [
  ...strays.map(leftAlone),
  ...(validation?.files ?? []).flatMap(({ key, outcome, why, landed, rejected, reportKey }) => {
    if (outcome === 'refused') return [`${key} is refused: ${why}`];
    if (rejected > 0) return [`${key}: ${rejected} of its ${plural(landed, 'row')} rejected, ${BY_CHECK}`];
    return reportKey === null ? [] : [`${key}: there are warnings, ${BY_CHECK}`];
  }),
];

/** The picture of a sync that makes no plan, for none of its files can be used. */
export const nothingPlanned = (validation: Validation | null): PlanPicture => ({
  counts: { creates: 0, updates: 0, deletes: 0, unchanged: 0, rejected: 0 },
  brands: noGroups,
  categories: noGroups,
  risks: [],
  samples: [],
  calls: 0,
  minutes: 0,
  warnings: validation?.notes ?? [],
});
