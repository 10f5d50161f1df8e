/** What may be wrong with a record at the moment when it is written. */
import { kindOf, type Owner, stateOf, transitionAllowed } from '../../shared/records/states.ts';
import type { Change } from '../cloud/tables.ts';
import { activeSync, type Facts, pointerSync, type Reference, recordOf, storedJson } from './facts.ts';
import { checkReport, type Report } from './reports.ts';

/** I9: each record of a kind with states moves along its transitions. */
const checkStates = ({ broken }: Facts, { table, before, after }: Change): void => {
  const kind = after === undefined ? undefined : kindOf(table as Owner, after);
  if (kind === undefined || after === undefined) return;
  const from = before === undefined ? null : stateOf(kind, before);
  const to = stateOf(kind, after);
  if (!transitionAllowed(kind, from, to)) broken('I9', `${kind} ${after.pk} ${after.sk}: ${from} → ${to}`);
};

/** I6: at most one sync between open and settled. */
const checkCatalog = (facts: Facts, { before, after }: Change): void => {
  if (after === undefined || !after.pk.startsWith('catalog#')) return;
  const catalog = after.pk.slice('catalog#'.length);
  const [was, is] = [Number(before?.active ?? 0), Number(after.active ?? 0)];
  if (was === is) return;
  if (was !== 0 && is !== 0) facts.broken('I6', `${catalog}: sync ${is} opens while ${was} is active`);
  if (is !== 0 && is !== Number(before?.last ?? 0) + 1)
    facts.broken('I6', `${catalog}: sync ${is} follows ${before?.last}`);
  if (is !== 0 && pointerSync(facts, catalog) !== is - 1)
    facts.broken('I6', `${catalog}: sync ${is} opens before ${is - 1} is settled`);
  if (is === 0 && pointerSync(facts, catalog) < was)
    facts.broken('I6', `${catalog}: sync ${was} ends and is not settled`);
};

/** I8: no batch is claimed while a pause lasts, not even by somebody who looked right before it began. */
const checkClaim = (facts: Facts, { table, before, after }: Change): void => {
  if (table !== 'publish' || after?.state !== 'sending' || !after.pk.startsWith('batches#')) return;
  if (before?.attempt === after.attempt) return;
  const catalog = after.pk.slice('batches#'.length).replace(/-\d+$/, '');
  const paused = recordOf(facts, 'publish', `breaker#${catalog}`, 'breaker')?.paused === true;
  if (paused) facts.broken('I8', `${after.sk} is claimed while ${catalog} is paused`);
};

/** I12: about a held plan a person decides, and no event. */
const checkDecision = (facts: Facts, { before, after }: Change): void => {
  if (before?.state !== 'held' || after === undefined || after.state === 'held') return;
  const sync = `${after.pk.slice('plan#'.length)} ${Number(after.sk)}`;
  if (!facts.decided.has(sync))
    facts.broken('I12', `the plan of ${sync} is ${String(after.state)}, and no person did that`);
};

/** The pointer moves from n−1 to n, and with it the reference. */
const checkPointer = (facts: Facts, references: ReadonlyMap<string, Reference>, { before, after }: Change): void => {
  const { broken } = facts;
  if (after === undefined || !after.pk.startsWith('pointer#')) return;
  const catalog = after.pk.slice('pointer#'.length);
  const reference = references.get(catalog);
  const sync = Number(after.sync);
  if (reference === undefined) {
    broken('I12', `a pointer of no catalog: ${after.pk}`);
    return;
  }
  if (sync !== Number(before?.sync ?? 0) + 1)
    broken('I6', `${catalog}: the pointer goes from ${before?.sync ?? 0} to ${sync}`);
  const active = activeSync(facts, catalog);
  const report = storedJson<Report>(facts, after.reportKey);
  if (active !== sync) broken('I6', `${catalog}: ${sync} settles while ${active} is active`);
  else if (report === undefined) broken('I1', `${catalog} ${sync} settles without a report`);
  else {
    checkReport(facts, catalog, sync, reference, report);
    reference.settle(sync, report.status === 'settled');
  }
};

/** I6, I8, I9, I12, and with the pointer I1 and I10. */
export const checkChange = (facts: Facts, references: ReadonlyMap<string, Reference>, change: Change): void => {
  checkStates(facts, change);
  checkCatalog(facts, change);
  checkClaim(facts, change);
  checkDecision(facts, change);
  checkPointer(facts, references, change);
};
