/** One run: a world, its faults, a calm, the checks, a replay of all that was said, and the checks again. */
import { epochMs } from '../shared/catalog/instant.ts';
import type { MetaSecret } from '../shared/ports/secrets.ts';
import type { Alert } from '../shared/records/alert.ts';
import type { Services } from './build.ts';
import { openStepChecks } from './checks/at-each-step.ts';
import {
  checkAlerts,
  checkAsks,
  checkCatalogs,
  checkFiles,
  checkLeftovers,
  checkSecrecy,
  refusedWish,
  ripeAndRefused,
} from './checks/at-the-end.ts';
import {
  type Facts,
  type Invariant,
  type Landed,
  openReference,
  phaseOf,
  type Reference,
  recordOf,
  type Violation,
} from './checks/facts.ts';
import { openBucket } from './cloud/buckets.ts';
import { openBus } from './cloud/bus.ts';
import type { Handler } from './cloud/functions.ts';
import { type Container, openFunction } from './cloud/functions.ts';
import { openLoop } from './cloud/loop.ts';
import { type CallFault, openLuck, type Plan, type Struck } from './cloud/luck.ts';
import { type Caller, openNetwork, READ_FAULTS } from './cloud/network.ts';
import { openQueue, type SimQueue } from './cloud/queues.ts';
import { openTable, type SimTable } from './cloud/tables.ts';
import { type FunctionWiring, readWiring, type Wiring } from './cloud/wiring.ts';
import { openMeta, type SimMeta } from './meta/meta.ts';
import { openPeople } from './people.ts';
import { openSchedules } from './schedules.ts';
import { START } from './shop/make-world.ts';
import type { World } from './shop/world.ts';

const HOUR = 3_600_000;
const SECRET_CACHED_MS = 5 * 60_000;
/** Work that is not over after so long without faults, or so many calls, never ends. */
const LONGEST_CALM_MS = 200 * HOUR;
const MOST_CALLS = 60_000;
const SERVICES = ['ingest', 'validate', 'transform', 'publish', 'monitor'] as const;

export interface Line {
  at: number;
  what: string;
  fields?: object;
}

export interface Outcome {
  violations: readonly Violation[];
  /** Misfortunes that happened. */
  struck: readonly Struck[];
  calls: number;
  ticks: number;
  /** What happened, for people. */
  timeline: readonly Line[];
  /** `fault | port | phase`, as often as it occurred. */
  met: ReadonlyMap<string, number>;
  /** `kind state` of each record that was written. */
  reached: ReadonlyMap<string, number>;
}

let wiring: Wiring | undefined;

export const run = async (
  world: World,
  { current, previous = current }: { current: Services; previous?: Services },
  plan: Plan = { kind: 'chance' },
): Promise<Outcome> => {
  wiring ??= readWiring();
  const loop = openLoop(START);
  const timeline: Line[] = [];
  const told = (what: string, fields?: object): void =>
    void timeline.push({ at: loop.now(), what, ...(fields && { fields }) });
  const violations: Violation[] = [];
  const broken = (invariant: Invariant, what: string): void => {
    told(`BROKEN ${invariant}: ${what}`);
    violations.push({ invariant, what, at: loop.now() });
  };
  const stop = (): boolean => violations.length > 0;

  const luck = openLuck(world.seed, plan, world.faultShare, loop.now);
  const met = new Map<string, number>();
  const reached = new Map<string, number>();
  const network = openNetwork(
    loop,
    luck,
    (what) => {
      if (what.startsWith('publish.get breaker#')) people.breakerRead(what.slice('publish.get breaker#'.length));
    },
    (fault: CallFault, what: string) => {
      told(`${fault}: ${what}`);
      const [, port = ''] = what.split(' ');
      const name = `${fault} | ${port} | ${phaseOf(facts)}`;
      met.set(name, (met.get(name) ?? 0) + 1);
    },
  );

  let progress = 0;
  /** Set once nothing may be written any more. */
  let still = false;
  const wrote = (what: string): void => {
    if (still) broken('I4', `a replay writes ${what}`);
  };
  const tables: Record<string, SimTable> = {};
  for (const name of SERVICES) {
    tables[name] = openTable(name, network, luck, loop.now, (change) => {
      const { before, after, table } = change;
      wrote(`${table}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`);
      const [was, is] = [before?.state, after?.state];
      if (
        was !== is ||
        before === undefined ||
        after === undefined ||
        after.pk.startsWith('pointer#') ||
        after.pk.startsWith('catalog#')
      ) {
        progress += 1;
        if (after !== undefined && is !== undefined) {
          const state = `${table} ${after.pk.split('#')[0]} ${String(is)}`;
          reached.set(state, (reached.get(state) ?? 0) + 1);
        }
      }
      checks.changed(change);
    });
  }
  const landed = new Map<string, Landed>();
  const stored = new Set<string>();
  const decided = new Set<string>();
  const written = {
    created: (key: string) => wrote(key),
    deleting: async (key: string) => wrote(`the end of ${key}`),
  };
  const landing = openBucket('landing', world.seed, network, loop.now, {
    created: (key, versionId) => {
      wrote(key);
      bus.objectCreated(key, versionId);
    },
    deleting: (key, versionId) => {
      wrote(`the end of ${key}`);
      return checks.deleting(key, versionId);
    },
  });
  const work = openBucket('work', world.seed, network, loop.now, written);
  const synced = openBucket('synced', world.seed, network, loop.now, {
    ...written,
    created: (key, _version, text) => {
      wrote(key);
      stored.add(text);
    },
  });
  const embargoes = Object.values(world.catalogs).map(({ metaCatalogId, settings }) => [
    metaCatalogId,
    Number(settings.embargoMinutes) * 60_000,
  ]);
  const meta: SimMeta = openMeta({
    loop,
    luck,
    network,
    embargoMs: Object.fromEntries(embargoes),
    troubles: world.troubles,
    start: START,
    odd: world.oddShare,
    ripeAt: START + world.calmFrom / 2,
    posted: (post) => {
      progress += 1;
      return checks.posted(post);
    },
    conflict: (what) => broken('I6', what),
  });
  const facts: Facts = {
    world,
    now: loop.now,
    start: START,
    tables,
    landing,
    work,
    synced,
    meta,
    broken,
    stored,
    decided,
    landed,
  };
  const references = new Map<string, Reference>(
    Object.keys(world.catalogs).map((name) => [name, openReference(facts, name)]),
  );
  const checks = openStepChecks(facts, references);

  const queues = new Map<string, SimQueue>();
  const pumps = new Map<string, () => void>();
  for (const one of wiring.queues)
    queues.set(
      one.name,
      openQueue(one, loop, () => pumps.get(one.name)?.()),
    );
  const bus = openBus(wiring, queues, loop, luck, network);
  const published: Alert[] = [];
  const people = openPeople({
    facts,
    world,
    loop,
    luck,
    bus,
    queues,
    landed,
    decided,
    refused: (catalog, id) => refusedWish(facts, references, catalog, id),
    paused: checks.pause,
    resumed: checks.resume,
    told,
  });

  const settings = current.readSettings(
    Object.fromEntries(Object.entries(world.catalogs).map(([name, catalog]) => [name, catalog.settings])),
  );
  /** Everything a function may need, as one invocation in one container reaches it. */
  const needsOf = (wired: FunctionWiring, container: Container, caller: Caller) => {
    const skew = Math.round((container.draw.share('skew') * 2 - 1) * world.skewMs);
    const clock = {
      now: () => epochMs(Math.floor(loop.now()) + skew),
      wait: (ms: number) => new Promise<void>((resolve) => loop.at(loop.now() + ms, () => caller.alive() && resolve())),
    };
    const log =
      (level: string) =>
      (what: string, fields: object = {}) => {
        told(`${caller.label} ${level} ${what}`, fields);
      };
    const secret = async ({ fresh = false } = {}): Promise<MetaSecret> => {
      const cached = container.memory.get('secret') as { secret: MetaSecret; at: number } | undefined;
      if (!fresh && cached !== undefined && loop.now() - cached.at < SECRET_CACHED_MS) return cached.secret;
      const read = await network.call(caller, 'secrets.meta', async () => meta.secret(), READ_FAULTS);
      container.memory.set('secret', { secret: read, at: loop.now() });
      return read;
    };
    const reached = work.reachedBy(caller);
    return {
      ...Object.fromEntries(SERVICES.map((name) => [name, tables[name]!.readBy(caller)])),
      table: tables[wired.service]!.ownedBy(caller),
      landing: landing.reachedBy(caller),
      synced: synced.reachedBy(caller),
      work: reached,
      graph: meta.reachedBy(caller, secret),
      secrets: { meta: secret },
      bus: bus.reachedBy(caller),
      clock,
      log: { info: log('info'), warn: log('warn'), error: log('error') },
      parking: current.parkIn(reached, wired.service),
      topic: {
        publish: (alert: Alert) =>
          network.call(caller, `topic.publish ${alert.kind}`, async () => {
            published.push(alert);
            people.alerted(alert);
          }),
      },
      metrics: { count: () => {} },
      settings,
    };
  };
  const functions = wiring.functions.map((wired) =>
    openFunction(wired, () => queues.get(wired.queue)!, {
      loop,
      luck,
      seed: world.seed,
      told,
      code: (_, container, caller) => {
        const old = world.mixed && container.draw.chance('old version', 0.5);
        const service = (old ? previous : current)[wired.service as (typeof SERVICES)[number]] as unknown as (
          needs: () => object,
        ) => Record<string, Handler>;
        return service(() => needsOf(wired, container, caller))[wired.name]!;
      },
    }),
  );
  for (const { wiring: wired, pump } of functions) pumps.set(wired.queue, pump);

  /** When there is something to do for a service's tick. */
  const firstDue = (service: string): number => {
    const own = tables[service]!.firstDue();
    if (service === 'ingest') return Math.min(own, ...Object.keys(world.catalogs).map(ingestDue), unnoted());
    if (service === 'monitor') return progress === watched ? own : 0;
    return own;
  };
  /** How far things had moved on when monitor last had a tick. */
  let watched = 0;
  const ingestDue = (catalog: string): number => {
    const record = recordOf(facts, 'ingest', `catalog#${catalog}`, 'catalog');
    if (Number(record?.active ?? 0) !== 0 || ((record?.asks as string[] | undefined)?.length ?? 0) > 0) return 0;
    const pointer = recordOf(facts, 'transform', `pointer#${catalog}`, 'pointer');
    return typeof pointer?.due === 'number' ? pointer.due : Number.POSITIVE_INFINITY;
  };
  const unnoted = (): number => {
    for (const { key, versionId, catalog } of landed.values()) {
      const state = recordOf(facts, 'ingest', `file#${catalog}`, `${key}#${versionId}`)?.state;
      if (state === undefined || state === 'seen') return 0;
    }
    return Number.POSITIVE_INFINITY;
  };
  let over = false;
  const ticked = (service: string): void => {
    if (service === 'monitor') watched = progress;
  };
  const schedules = openSchedules(wiring, {
    loop,
    bus,
    start: START,
    firstDue,
    progress: () => progress,
    ticked,
    over: () => over,
  });

  const working = functions.map(({ wiring: wired, running }) => ({ running, queue: queues.get(wired.queue)! }));
  const quiet = (): boolean =>
    !people.busy() && working.every(({ running, queue }) => running() === 0 && queue.size() === 0);
  const atRest = (): boolean => quiet() && SERVICES.every((name) => firstDue(name) === Number.POSITIVE_INFINITY);
  const rest = async (): Promise<void> => {
    const until = loop.now() + LONGEST_CALM_MS;
    const calls = luck.calls();
    const tooMuch = (): boolean => luck.calls() - calls > MOST_CALLS;
    if (!stop() && !atRest()) await loop.run(until, () => stop() || tooMuch() || atRest());
    if (!stop() && (loop.now() >= until || tooMuch())) broken('L6', `work does not end: ${whatIsDue()}`);
  };
  const whatIsDue = (): string =>
    [
      ...SERVICES.filter((name) => firstDue(name) !== Number.POSITIVE_INFINITY),
      ...functions
        .filter(({ running }) => running() > 0)
        .map(({ wiring: { name, service } }) => `${service}.${name} runs`),
      ...working.filter(({ queue }) => queue.size() > 0).map(({ queue }) => `${queue.name} is not empty`),
    ].join(', ');

  people.begin();
  schedules.begin();
  await loop.run(START + world.calmFrom, stop);
  told('--- calm ---');
  luck.calm();
  meta.calm();
  people.calm();
  watched = -1;
  if (!stop()) await people.replay();
  await rest();
  // What Meta refused for a while is sent again because somebody asks, and for no other reason.
  for (const [catalog, ids] of stop() ? [] : ripeAndRefused(facts, references)) await people.askAgain(catalog, ids);
  await rest();

  if (!stop()) {
    await checkFiles(facts);
    checkCatalogs(facts, references);
    checkAsks(facts, references, people.asks);
    checkLeftovers(facts);
    checkAlerts(facts, published);
    // Costly, and the same in every world.
    if (world.seed % 10 === 0) checkSecrecy(facts, JSON.stringify([timeline, bus.archive, published]));
  }
  if (!stop()) {
    told('--- again ---');
    over = true;
    still = true;
    await people.replay();
    for (const rule of wiring.rules) if (rule.everyMs !== null) bus.tick(rule);
    await loop.run(loop.now() + HOUR, () => stop() || quiet());
  }
  return { violations, struck: luck.struck, calls: luck.calls(), ticks: schedules.ticks(), timeline, met, reached };
};
