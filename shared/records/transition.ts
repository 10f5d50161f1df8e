import type { Draft, Write } from '../ports/table.ts';
import type { Read } from './record.ts';
import { type Kind, stateOf, transitionAllowed } from './states.ts';

/**
 * The conditional write that takes a record from what was read (undefined: nothing was) to what it is to be. A step that
 * its states do not have is a defect of ours, so it throws before it reaches a table.
 */
export const transition = (kind: Kind, from: Read<object> | undefined, record: Draft): Write => {
  const [before, after] = [from === undefined ? null : stateOf(kind, from.value), stateOf(kind, record)];
  if (!transitionAllowed(kind, before, after)) {
    const step = before === null ? `begin as ${after}` : `go from ${before} to ${after}`;
    throw new Error(`a ${kind} may not ${step}: record ${record.pk} ${record.sk}`);
  }
  return { kind: 'put', rev: from?.rev ?? 0, record };
};
