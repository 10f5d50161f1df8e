import { userInfo } from 'node:os';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { type SyncRef, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { say } from '@catalog-sync/shared/events/define.ts';
import { PlanApproved, PlanDiscarded } from '@catalog-sync/shared/events/index.ts';
import { type Decided, decidePlan } from '../../change.ts';
import { type Cloud, cloudOf } from '../../cloud.ts';
import { countsText } from '../../plan-text.ts';
import { type PlanView, refOf, viewCatalog, viewHeld, viewPlan } from '../../sync-view.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit.ts';
import type { Flags } from '../parse.ts';
import { sandboxNow } from '../sandbox-now.ts';
import { printable, progress } from '../say.ts';
import { whyNothing } from '../why-nothing.ts';

type Decision = 'approved' | 'discarded';
const WORDS = { approved: PlanApproved, discarded: PlanDiscarded };

/** Lets a held plan be sent. */
export const approve = (flags: Flags): Promise<number> => decide('approved', flags);
/** Drops a held plan: nothing of it is sent. */
export const discard = (flags: Flags): Promise<number> => decide('discarded', flags);

/** Writes a person's decision about a held plan, then says so. */
const decide = async (decision: Decision, flags: Flags): Promise<number> => {
  const connection = await connect(flags);
  try {
    const { info, own } = connection;
    const cloud = cloudOf(info);
    const ref = refOf(flags.catalog as CatalogName, flags.sync ?? 0);
    const at = await sandboxNow(info);
    const decided = await decidePlan(ref, decision, flags.plan, userName(), at, cloud.transform);
    if (decided.kind !== 'decided') return nothing(ref, decided, cloud, flags);

    if (!own) await cloud.bus.say([say(WORDS[decision], ref, { hash: decided.hash }, { cause: null, at })]);
    const view = await viewPlan(ref, cloud);
    process.stdout.write(answer(ref, decision, decided.hash, view, flags));
    if (own) progress.line('it goes on with the next `run` or `sandbox` on this folder');
    return EXIT.done;
  } finally {
    await connection.close();
  }
};

/** As this machine names whoever types; a container's user may have no name. */
const userName = (): string | null => {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
};

const answer = (
  ref: SyncRef,
  decision: Decision,
  hash: string,
  view: PlanView | undefined,
  { json }: Flags,
): string => {
  const id = syncId(ref);
  if (json) return `${JSON.stringify({ id, plan: hash, state: decision, decided: true })}\n`;
  const what = view === undefined ? 'its plan' : countsText(view.plan);
  return decision === 'approved'
    ? `${id} is approved: ${what}\n`
    : `${id} is discarded: nothing of it is sent (${what}), and its files go to refused/\n`;
};

/** Says why there is nothing to decide, and which plan is held instead, if one is. */
const nothing = async (
  ref: SyncRef,
  decided: Exclude<Decided, { kind: 'decided' }>,
  cloud: Cloud,
  { json, plan }: Flags,
): Promise<number> => {
  const id = syncId(ref);
  const { active } = await viewCatalog(ref.catalog, cloud);
  const held = active === 0 ? undefined : await viewHeld(refOf(ref.catalog, active), cloud);
  const [state, hash] = [
    decided.kind === 'other-plan' ? 'held' : decided.kind === 'not-held' ? decided.state : null,
    decided.kind === 'other-plan' ? decided.hash : null,
  ];
  if (json) process.stdout.write(`${JSON.stringify({ id, plan: hash, state, decided: false })}\n`);
  process.stderr.write(`catalog-sync: ${printable(whyNothing(id, decided, plan, held?.id ?? null))}\n`);
  return EXIT.findings;
};
