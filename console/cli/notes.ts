import type { FinishedSync } from '../sync-view.ts';
import { leftAlone, plural } from './say.ts';

/** What a person is to know of syncs that ended, beside their counts. `strays`: files that are no product files. Pure. */
export const notesOf = (
  finished: readonly Pick<FinishedSync, 'id' | 'withheld' | 'warnings'>[],
  strays: readonly string[],
): string[] => [
  ...strays.map(leftAlone),
  ...finished.flatMap(({ id, withheld, warnings }) => [
    ...(withheld > 0 ? [`${id}: ${withheldText(withheld)}`] : []),
    ...warnings.map((warning) => `${id}: ${warning}`),
  ]),
];

const withheldText = (deletes: number): string =>
  `${plural(deletes, 'delete')} that Meta refused before: \`retry\` sends ${deletes === 1 ? 'it' : 'them'} again`;
