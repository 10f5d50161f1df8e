/** The people around: a shop that uploads, somebody who reads alerts and acts on them, somebody who forges events. */

import type { Table } from '../shared/ports/table.ts';
import type { Alert } from '../shared/records/alert.ts';
import { hash } from './chance.ts';
import { openLastWords } from './checks/alerts.ts';
import { activeSync, type Facts, idOf, knownState, type Landed, recordOf, storedJson, syncSk } from './checks/facts.ts';
import type { SimBus } from './cloud/bus.ts';
import type { Loop } from './cloud/loop.ts';
import type { Luck } from './cloud/luck.ts';
import type { SimQueue } from './cloud/queues.ts';
import type { Wanted } from './model.ts';
import { START } from './shop/make-world.ts';
import { textOf, type Upload, type World } from './shop/world.ts';

export interface Needs {
  facts: Facts;
  world: World;
  loop: Loop;
  luck: Luck;
  bus: SimBus;
  queues: ReadonlyMap<string, SimQueue>;
  landed: Map<string, Landed>;
  /** `catalog sync` of the plans that were decided about. */
  decided: Set<string>;
  /** What the product should be, if Meta's refusal of it is what is known last. */
  refused(catalog: string, id: string): Wanted | undefined;
  paused(catalog: string): void;
  resumed(catalog: string): void;
  told(what: string): void;
}

/** What a person asked to be sent again, and what the product should have been then. */
export interface Ask {
  catalog: string;
  id: string;
  at: number;
  /** Undefined when it was not refused then, so that asking means nothing. */
  wanted: Wanted | undefined;
}

const A_MINUTE = 60_000;
/** People do not ask for ever. */
const MOST_RETRIES = 3;

export const openPeople = (needs: Needs) => {
  const { facts, world, loop, luck, bus, queues, landed, decided, told } = needs;
  const { people } = world;
  const asks: Ask[] = [];
  const seen = new Set<string>();
  const lastWords = openLastWords();
  let versions = 0;
  let decisions = 0;
  let retries = 0;
  let replays = 0;
  let busy = 0;
  let calm = false;
  const at = (time: number, act: () => Promise<void>): void => {
    busy += 1;
    loop.at(time, () => void act().finally(() => (busy -= 1)));
  };
  const afterAWhile = (act: () => Promise<void>): void => at(loop.now() + (calm ? A_MINUTE : people.slowness), act);
  const truthOf = (table: string): Table => facts.tables[table]!.truth;
  /** A command's own conditional write: again, until nobody was faster. */
  const change = async (
    table: string,
    pk: string,
    sk: string,
    next: (record: Record<string, unknown> | undefined) => Record<string, unknown> | undefined,
  ): Promise<boolean> => {
    for (;;) {
      const found = await truthOf(table).get(pk, sk);
      const record = next(found);
      if (record === undefined) return false;
      if (await truthOf(table).write([{ kind: 'put', rev: found?.rev ?? 0, record: { ...record, pk, sk } }]))
        return true;
    }
  };
  const say = (name: string, catalog: string, sync: number, data: object): void => {
    if (luck.strikes('unsaid', name, 0.1)) return;
    const syncId = idOf(catalog, sync);
    const detail = {
      id: `said-${name}-${syncId}`,
      version: 1,
      catalog,
      sync,
      syncId,
      cause: null,
      at: Math.floor(loop.now()),
      data,
    };
    bus.put([{ source: 'catalog-sync.console', 'detail-type': name, detail }]);
  };

  const land = async (upload: Upload, again?: Landed): Promise<void> => {
    const metadata =
      again === undefined ? upload.metadata : { ...upload.metadata, sequence: String(again.order.instant) };
    await facts.landing.truth.put(upload.key, textOf(upload), { metadata });
    const { versionId = '', lastModified = 0 } = (await facts.landing.truth.head(upload.key)) ?? {};
    versions += 1;
    const explicit = metadata.sequence;
    const order = again?.order ?? {
      instant: explicit === undefined ? lastModified : Number(explicit),
      key: upload.key,
      version: versions,
    };
    const folder = upload.key.split('/')[1] ?? '';
    const catalog = Object.hasOwn(world.catalogs, folder) ? folder : 'default';
    landed.set(`${upload.key} ${versionId}`, { key: upload.key, versionId, catalog, upload, order });
    told(`${upload.key} lands as ${versionId}${again === undefined ? '' : ', again'}`);
  };

  const decide = async ({ catalog, sync }: Alert): Promise<void> => {
    const decision = people.decides[decisions % people.decides.length] ?? 'approve';
    decisions += 1;
    const number = Number(sync?.slice(-6));
    const sk = syncSk(number);
    const state = decision === 'approve' ? 'approved' : 'discarded';
    decided.add(`${catalog} ${number}`);
    const changed = await change('transform', `plan#${catalog}`, sk, (plan) =>
      plan?.state === 'held' ? { ...plan, state } : undefined,
    );
    if (!changed) return;
    told(`a person has ${state} ${sync}`);
    say(decision === 'approve' ? 'PlanApproved' : 'PlanDiscarded', catalog, number, { hash: '' });
  };

  const askAgain = async (catalog: string, ids: readonly string[]): Promise<void> => {
    const none = { active: 0, last: 0, asks: [] };
    await change('ingest', `catalog#${catalog}`, 'catalog', (record = none) => ({
      ...record,
      asks: [...new Set([...(record.asks as string[]), ...ids])],
    }));
    for (const id of ids) asks.push({ catalog, id, at: loop.now(), wanted: needs.refused(catalog, id) });
    told(`a person asks for ${ids.join(', ')} again`);
    say('SyncRequested', catalog, 0, { by: 'a person' });
  };
  const retry = async ({ catalog, sync }: Alert): Promise<void> => {
    const record = recordOf(facts, 'ingest', `sync#${catalog}`, syncSk(Number(sync?.slice(-6))));
    const report = storedJson<{ errors: { id: string }[] }>(facts, record?.reportKey);
    const ids = [...new Set(report?.errors.map(({ id }) => id) ?? [])];
    if (ids.length > 0) await askAgain(catalog, ids);
  };

  const askForAll = async (catalog: string): Promise<void> => {
    const { outcomes } = knownState(facts, catalog);
    const ids = [...outcomes].flatMap(([id, outcome]) => (outcome === 'errored' ? [id] : [])).sort();
    if (ids.length > 0) await askAgain(catalog, ids);
  };

  /** A new token may be as dead as the old one: whoever sees that the alert is still open makes another. */
  const renew = async (alert: Alert): Promise<void> => {
    if (lastWords.of(alert.id)?.state !== 'open') return;
    facts.meta.renewToken();
    told('a person has renewed the token');
    afterAWhile(() => renew(alert));
  };

  const pause = (catalog: string, paused: boolean) => async (): Promise<void> => {
    const closed = { rateUntil: 0, auth: null };
    await change('publish', `breaker#${catalog}`, 'breaker', (record = closed) => ({ ...record, paused }));
    if (paused) needs.paused(catalog);
    else needs.resumed(catalog);
    told(`a person has ${paused ? 'paused' : 'resumed'} ${catalog}`);
  };

  const forge = async ({ name, sync: given, catalog, how }: World['people']['forgeries'][number]): Promise<void> => {
    const sync = given === 0 ? activeSync(facts, catalog) : given;
    told(`somebody forges ${name} of ${catalog} ${sync} (${how})`);
    if (how === 'no-json') return queues.get('transform.ToTransform')?.send('no JSON {');
    const speakers: Record<string, string> = {
      SyncSettled: 'transform',
      BatchValidated: 'validate',
      PlanApproved: 'console',
      BatchesSettled: 'publish',
      BatchSent: 'publish',
      HandleFinished: 'monitor',
      FilesLanded: 'ingest',
      ProductsTransformed: 'transform',
    };
    const data: Record<string, unknown> = {
      key: 'states/nothing.json',
      landed: 0,
      valid: 0,
      rejected: 0,
      hash: '0',
      batchId: 'no-such-batch',
      handle: 'Ac0',
      items: 1,
      errors: 0,
      files: 1,
      batches: 1,
    };
    const detail = {
      id: 'forged',
      version: how === 'unknown-version' ? 99 : 1,
      catalog: how === 'malformed' ? '../up' : catalog,
      sync,
      syncId: `${catalog}-${sync}`,
      cause: null,
      at: Math.floor(loop.now()),
      data,
    };
    const type = how === 'unknown-name' ? `${name}Never` : name;
    bus.put([{ source: `catalog-sync.${speakers[name] ?? 'ingest'}`, 'detail-type': type, detail }]);
  };

  // What nobody could read is kept for people when it is heard first, which may be now: so all of it is heard while that is fine.
  const isForged = (n: number): boolean =>
    calm && (bus.archive[n]?.detail as { id?: string } | undefined)?.id === 'forged';
  /** Past events come again, in any order. */
  const replay = async (): Promise<void> => {
    replays += 1;
    const kept = bus.archive.filter((_, n) => hash(world.seed, `replay ${replays} ${n}`) % 3 === 0 || isForged(n));
    told(`${kept.length} events are replayed`);
    bus.replay(
      `replay-${replays}`,
      kept.toSorted((a, b) => hash(world.seed, a.id) - hash(world.seed, b.id)),
    );
  };

  let claims = 0;
  const A_PAUSE_MS = 30 * A_MINUTE;
  return {
    /** A worker of publish reads the breaker: the worst moment for a pause is right after. */
    breakerRead: (catalog: string): void => {
      claims += 1;
      if (claims !== people.pauseAtClaim || calm) return;
      at(loop.now() + 1, pause(catalog, true));
      at(loop.now() + A_PAUSE_MS, pause(catalog, false));
    },
    asks: asks as readonly Ask[],
    busy: () => busy > 0,
    calm: () => {
      calm = true;
    },
    replay,
    askAgain,
    /** Everything that the world has in store, at its time. */
    begin: (): void => {
      for (const upload of world.uploads) at(START + upload.at, () => land(upload));
      for (const { at: time, key } of world.strays) {
        at(START + time, () => facts.landing.truth.put(key, 'not a product'));
      }
      for (const { catalog, from, to } of people.pauses) {
        at(START + from, pause(catalog, true));
        at(START + to, pause(catalog, false));
      }
      for (const forgery of people.forgeries) at(START + forgery.at, () => forge(forgery));
      for (const { at: time, catalog } of people.asks) at(START + time, () => askForAll(catalog));
      for (const time of people.replays) at(START + time, replay);
      for (const { upload, at: time } of people.reprocesses) {
        at(START + time, async () => {
          const again = [...landed.values()].find((one) => one.upload === world.uploads[upload]);
          const file = again && recordOf(facts, 'ingest', `file#${again.catalog}`, `${again.key}#${again.versionId}`);
          // The command takes it out of the archive: what is not there yet cannot be taken.
          if (again !== undefined && file?.state === 'archived') await land(again.upload, again);
        });
      }
    },
    /** Somebody reads an alert. The same one twice, as a lost answer may bring it, is read once. */
    alerted: (alert: Alert): void => {
      const name = `${alert.id} ${alert.state} ${alert.at}`;
      lastWords.hear(alert);
      if (alert.state !== 'open' || seen.has(name)) return;
      seen.add(name);
      if (alert.kind === 'plan-held') afterAWhile(() => decide(alert));
      if (alert.kind === 'access-refused') afterAWhile(() => renew(alert));
      if (alert.kind === 'items-errored' && people.retries && retries < MOST_RETRIES) {
        retries += 1;
        afterAWhile(() => retry(alert));
      }
    },
  };
};
export type People = ReturnType<typeof openPeople>;
