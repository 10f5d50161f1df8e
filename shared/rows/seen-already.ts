import { type Finding, finding } from './finding.ts';
import { shown } from './show.ts';

/** The warning at a row whose id stands in the line `before` already. */
export const seenAlready = ({ line, row }: { line: number; row: number }, id: string, before: number): Finding =>
  finding(
    { line, row, column: 'id', retailerId: id },
    'duplicate-id',
    `The id ${shown(id)} is in line ${before} already.`,
    'Leave one row for each product; of several, the last valid one counts.',
  );

const beforeThat = / is in line (\d+) already\.$/;

/** The same warning when its lines were counted from behind so many others. */
export const seenFurther = (found: Finding, lines: number): Finding => ({
  ...found,
  message: found.message.replace(beforeThat, (_text, line) => ` is in line ${Number(line) + lines} already.`),
});
