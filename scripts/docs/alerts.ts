/** What people may be told, and what a refusal of Meta's means, as tables. */
import { accessRefusals } from '../../shared/records/access-refusals.ts';
import { type AlertKind, alertKinds } from '../../shared/records/alert-kinds.ts';

const table = (columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  [columns, columns.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** In the order of the flow. */
export const alertTable = (): string =>
  table(
    ['alert', 'what it means', 'what to do', 'over when'],
    Object.entries<AlertKind>(alertKinds).map(([kind, { means, remedy, over }]) => [
      `\`${kind}\``,
      means,
      remedy,
      over ?? 'never: it is a notice, told once',
    ]),
  );

export const accessTable = (): string =>
  table(
    ['code', 'what is wrong', 'what to do'],
    accessRefusals.map(({ code, means, remedy }) => [code, means, remedy]),
  );
