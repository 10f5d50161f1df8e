/**
 * Removes what no state can name any more once a sync is settled: rows and items that were judged for it, what carried rows
 * pointed at, drafts, and the state that is older than those that are kept. What a crash leaves behind goes with
 * the states of its time, or by the bucket's lifecycle.
 */
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import { readStoredJson } from '@catalog-sync/shared/records/record.ts';
import { type Plan, State } from '@catalog-sync/shared/records/transform.ts';
import { Validation } from '@catalog-sync/shared/records/validate.ts';
import { KEPT_STATES } from './states.ts';

/** Removed at the same time. */
const AT_ONCE = 16;

const objectsOf = ({ partitions }: State): string[] => partitions.flatMap(({ objects }) => objects);
const keysOf = ({ partitions }: State): string[] => partitions.flatMap(({ key }) => (key === null ? [] : [key]));

/** Batches stay: `retry` reads there what was sent last. */
const isBatch = (key: string): boolean => key.includes('/batches/');

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

/**
 * All that lies before the oldest state that is kept and is no part of it: states before, and drafts that a crash left
 * behind. A partition once left out never comes back, so what that state does not share no later one does.
 */
const tooOld = async (work: Objects, { before }: State): Promise<string[]> => {
  const oldest = before[KEPT_STATES - 2];
  if (oldest === undefined || before.length < KEPT_STATES) return [];
  const shared = new Set(keysOf(await readStoredJson(State, work, oldest)));
  const gone: string[] = [];
  // Keys come in their order, so the folders of the earliest syncs first.
  for await (const { key } of work.versions(folderOf(folderOf(oldest).slice(0, -1)))) {
    if (folderOf(key) >= folderOf(oldest)) break;
    if (!shared.has(key)) gone.push(key);
  }
  return gone;
};

/**
 * @param plan null: the sync has none
 * @param stateKey of the state that the pointer names now; null: there is none
 */
export const clearAway = async (
  work: Objects,
  validationKey: string,
  plan: Plan | null,
  stateKey: string | null,
): Promise<void> => {
  const { parts } = await readStoredJson(Validation, work, validationKey);
  const now = stateKey === null ? null : await readStoredJson(State, work, stateKey);
  const moved = plan !== null && plan.fromState !== null && plan.fromState !== stateKey;
  const from = moved ? await readStoredJson(State, work, plan.fromState as string) : null;
  const named = new Set(now === null ? [] : [...keysOf(now), ...objectsOf(now)]);
  // The draft names partitions of the state before, too, where nothing moved in them.
  for (const key of from === null ? [] : keysOf(from)) named.add(key);
  const judged = parts.flatMap(({ key, itemsKeys }) => [key, ...itemsKeys]);
  const drafted = plan === null ? [] : keysOf(plan.draft);
  const carried = from === null ? [] : objectsOf(from);
  const gone = [...new Set([...judged, ...drafted, ...carried])].filter((key) => !named.has(key) && !isBatch(key));
  if (from !== null) gone.push(...(await tooOld(work, from)));
  for (let at = 0; at < gone.length; at += AT_ONCE) {
    await Promise.all(gone.slice(at, at + AT_ONCE).map(async (key) => work.remove(key)));
  }
};
