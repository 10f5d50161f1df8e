import type { Decided } from '../change.ts';

/** Why there is nothing to decide about a sync. `held`: the catalog's sync that does wait for a decision, if one does. */
export const whyNothing = (
  id: string,
  decided: Exclude<Decided, { kind: 'decided' }>,
  shown: string | null,
  held: string | null,
): string => {
  if (decided.kind === 'other-plan')
    return `${id} holds the plan ${decided.hash}, not ${shown}: look at it before you decide`;
  const instead = held === null || held === id ? 'no plan of this catalog is held' : `${held} is held`;
  const why = decided.kind === 'no-plan' ? `there is no plan of ${id}` : `${id} is not held, ${STATES[decided.state]}`;
  return `${why}; ${instead}`;
};

const STATES: Record<Extract<Decided, { kind: 'not-held' }>['state'], string> = {
  planned: 'for it is within the limits',
  approved: 'for it was approved already',
  discarded: 'for it was discarded already',
  failed: 'for none of its files could be used',
};
