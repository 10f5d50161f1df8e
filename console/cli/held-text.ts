import { countsText, riskText } from '../plan-text.ts';
import type { PlanView } from '../sync-view.ts';
import type { Flags } from './parse.ts';
import { printable } from './say.ts';
import { typed } from './typed.ts';

/** Why a plan waits for a person, and what that person types. */
export const heldText = (
  {
    id,
    catalog,
    plan,
  }: Pick<PlanView, 'id' | 'catalog'> & {
    plan: Pick<PlanView['plan'], 'sync' | 'hash' | 'counts' | 'risks'>;
  },
  flags: Pick<Flags, 'dataDir' | 'config'>,
): string => {
  const sync = catalog === 'default' ? String(plan.sync) : id;
  const of = catalog === 'default' ? '' : ` --catalog ${catalog}`;
  return [
    `catalog-sync: ${id} is held and waits for you: ${plan.risks.map(riskText).join('; ')}`,
    `  Nothing of it is sent (${countsText(plan)}), and files that land meanwhile wait.`,
    `  look at it:     ${typed(`plan --sync ${plan.sync}${of}`, flags)}`,
    `  send it:        ${typed(`approve ${sync} --plan ${plan.hash}`, flags)}`,
    `  or drop it:     ${typed(`discard ${sync} --plan ${plan.hash}`, flags)}`,
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
};
