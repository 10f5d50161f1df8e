import { hashKey } from '../../shared/baseline/id-hash.ts';
import type { Post } from '../meta/meta.ts';
import { activeSync, type Facts, idOf, knownState, pointerSync, type Reference, recordOf, syncSk } from './facts.ts';

const HOUR = 3_600_000;
/** A claim that was made before a pause may still send until its lease is over. */
const LEASE_MS = 5 * 60_000;

/** Everything about a POST that can be wrong when it arrives. */
export const openPostChecks = (facts: Facts, references: ReadonlyMap<string, Reference>) => {
  const { world, broken, now } = facts;
  const times = new Map<string, number[]>();
  const pausedSince = new Map<string, number>();
  const catalogs = new Map(Object.entries(world.catalogs).map(([name, { metaCatalogId }]) => [metaCatalogId, name]));

  const checkLimits = (catalog: string, { body, requests }: Pick<Post, 'body' | 'requests'>): void => {
    const settings = world.catalogs[catalog]!.settings as { maxItems: number; callsPerHour: number };
    if (requests.length > settings.maxItems) broken('I7', `${catalog}: ${requests.length} items in a call`);
    if (new Set(requests.map(({ data }) => data.id)).size !== requests.length)
      broken('I6', `${catalog}: a product twice in a call`);
    if (body.length > 20_000_000) broken('I7', `${catalog}: ${body.length} bytes in a call`);
    // Workers whose clocks differ see an hour that is shorter by as much.
    const hour = HOUR - 2 * world.skewMs;
    const calls = [...(times.get(catalog) ?? []).filter((time) => time > now() - hour), now()];
    times.set(catalog, calls);
    if (calls.length > settings.callsPerHour) broken('I7', `${catalog}: ${calls.length} calls within an hour`);
  };
  const checkGuards = (catalog: string, sync: number, { leftAt }: Pick<Post, 'leftAt'>): void => {
    const paused = pausedSince.get(catalog);
    if (paused !== undefined && leftAt > paused + LEASE_MS + 2 * world.skewMs)
      broken('I8', `${catalog}: a call leaves while paused`);
    const plan = recordOf(facts, 'transform', `plan#${catalog}`, syncSk(sync));
    if (plan?.state !== 'planned' && plan?.state !== 'approved')
      broken('I8', `${catalog} ${sync}: a call leaves, but its plan is ${String(plan?.state)}`);
    const gate = (world.catalogs[catalog]!.settings.gate ?? { deletesShare: 0.05, deletesCount: 10 }) as {
      deletesShare: number;
      deletesCount: number;
    };
    const reference = references.get(catalog);
    if (plan?.state !== 'planned' || reference === undefined || reference.settled() !== sync - 1) return;
    const shown = facts.meta.items(world.catalogs[catalog]!.metaCatalogId);
    const ended = reference.foldOf(sync).ended.filter((id) => shown.has(id)).length;
    const base = reference.state().products.size;
    if (ended > gate.deletesCount && ended / base > gate.deletesShare)
      broken('I8', `${catalog} ${sync}: ${ended} of ${base} products are to go, and nobody was asked`);
  };
  const checkContent = (catalog: string, sync: number, { requests }: Pick<Post, 'requests'>): void => {
    const reference = references.get(catalog);
    if (reference === undefined || reference.settled() !== sync - 1) {
      broken('I6', `${catalog}: a call leaves and no sync is active`);
      return;
    }
    const { products } = reference.foldOf(sync);
    for (const { method, data } of requests) {
      const wanted = products.get(data.id);
      const expected = wanted?.data ?? null;
      const wrong =
        method === 'DELETE'
          ? wanted === undefined || expected !== null
          : expected === null || !sameFields(expected, data);
      if (wrong)
        broken(
          'I2',
          `${catalog} ${sync}: ${method} ${JSON.stringify(data)} is sent, but the newest row says ${JSON.stringify(expected)}`,
        );
    }
  };
  /**
   * A worker that was overtaken, because another's clock ran fast, may send after its sync is settled. That is harmless only
   * while all that it sends is under embargo for as long as this call may show.
   */
  const checkStraggler = (catalog: string, { requests, leftAt }: Pick<Post, 'requests' | 'leftAt'>): void => {
    const { embargoes } = knownState(facts, catalog);
    const G = Number(world.catalogs[catalog]!.settings.embargoMinutes) * 60_000;
    for (const { data } of requests) {
      if ((embargoes.get(hashKey(data.id)) ?? 0) - world.skewMs < leftAt + G)
        broken('I6', `${catalog}: a call for ${data.id} leaves after its sync is settled, and no embargo covers it`);
    }
  };
  return {
    pause: (catalog: string): void => void pausedSince.set(catalog, now()),
    resume: (catalog: string): void => void pausedSince.delete(catalog),
    /** Looks at a call as it leaves; returns the sync for which it does. */
    posted: (post: Pick<Post, 'catalogId' | 'leftAt' | 'body' | 'requests'>): number => {
      const catalog = catalogs.get(post.catalogId);
      if (catalog === undefined) {
        broken('I5', `a call to a catalog of nobody: ${post.catalogId}`);
        return 0;
      }
      const sync = activeSync(facts, catalog);
      const syncs = facts.stored.get(post.body) ?? new Set();
      checkLimits(catalog, post);
      if (syncs.has(idOf(catalog, sync)) && pointerSync(facts, catalog) < sync) {
        checkGuards(catalog, sync, post);
        checkContent(catalog, sync, post);
      } else if (syncs.size > 0) checkStraggler(catalog, post);
      else broken('I5', `${catalog} ${sync}: a body is sent that is not stored`);
      return sync;
    },
  };
};

const sameFields = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};
