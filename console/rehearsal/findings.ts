import { noGroups } from '@catalog-sync/shared/records/transform.ts';
import type { Validation } from '@catalog-sync/shared/records/validate.ts';
import { leftAlone, number, plural } from '../cli/say.ts';
import type { PlanPicture } from '../plan-text.ts';

const byCheck = (path: string): string => `\`catalog-sync check ${path}\` names each`;

/** What is to be said about the files, in sentences. `paths`: where they lie here, by their keys; `strays`: those that are no product files. */
export const findingsOf = (
  validation: Validation | null,
  paths: ReadonlyMap<string, string>,
  strays: readonly string[],
): string[] => [
  ...strays.map(leftAlone),
  ...(validation?.files ?? []).flatMap(({ key, outcome, why, landed, rejected, reportKey }) => {
    const path = paths.get(key) ?? key;
    if (outcome === 'refused') return [`${path} is refused: ${why}`];
    if (rejected > 0)
      return [`${path}: ${number(rejected)} of its ${plural(landed, 'row')} rejected, ${byCheck(path)}`];
    return reportKey === null ? [] : [`${path}: there are warnings, ${byCheck(path)}`];
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
