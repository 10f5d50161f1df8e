/** Puts the parts of a run together: the cloud, Meta, the people, the checks, and between them the services themselves. */

import type { Alert } from '../shared/records/alert.ts';
import { sizes } from '../shared/sizes.ts';
import type { Services } from './build.ts';
import { openStepChecks } from './checks/at-each-step.ts';
import { refusedWish } from './checks/at-the-end.ts';
import { type Facts, type Landed, openReference, phaseOf, type Reference } from './checks/facts.ts';
import { openBucket } from './cloud/buckets.ts';
import { openBus } from './cloud/bus.ts';
import { type Handler, openFunction } from './cloud/functions.ts';
import { openLoop } from './cloud/loop.ts';
import { isUndisturbed, openLuck, type Plan } from './cloud/luck.ts';
import { openNetwork } from './cloud/network.ts';
import { openQueue, type SimQueue } from './cloud/queues.ts';
import { openTable } from './cloud/tables.ts';
import { readWiring, type Wiring } from './cloud/wiring.ts';
import { openDue } from './due.ts';
import { openMeta } from './meta/meta.ts';
import { needsOf, type Surroundings } from './needs.ts';
import { openNotes } from './notes.ts';
import { openPeople } from './people.ts';
import { openSchedules } from './schedules.ts';
import { START } from './shop/make-world.ts';
import type { World } from './shop/world.ts';

export const SERVICES = ['ingest', 'validate', 'transform', 'publish', 'monitor'] as const;

export interface Versions {
  current: Services;
  /** The version before; without it a mixed world runs the current one everywhere. */
  previous?: Services;
}

let wiring: Wiring | undefined;

const entries = <A>(world: World, of: (name: string) => A): [string, A][] =>
  Object.keys(world.catalogs).map((name) => [name, of(name)]);

/** Something of each catalog's settings, by Meta's own id of it. */
const byMetaId = (world: World, of: (settings: Readonly<Record<string, unknown>>) => number): Record<string, number> =>
  Object.fromEntries(Object.values(world.catalogs).map(({ metaCatalogId, settings }) => [metaCatalogId, of(settings)]));

export const openStage = (world: World, { current, previous = current }: Versions, plan: Plan) => {
  wiring ??= readWiring();
  const loop = openLoop(START);
  const notes = openNotes(loop.now);
  const luck = openLuck(world.seed, plan, world.faultShare, loop.now);
  const network = openNetwork(
    loop,
    luck,
    (what) => {
      if (what.startsWith('publish.get breaker#')) people.breakerRead(what.slice('publish.get breaker#'.length));
    },
    (fault, what) => notes.struck(fault, what, phaseOf(facts)),
  );

  const tables = Object.fromEntries(
    SERVICES.map((name) => {
      const table = openTable(name, network, luck, loop.now, (change) => {
        notes.changed(change);
        checks.changed(change);
      });
      return [name, table];
    }),
  );
  const landed = new Map<string, Landed>();
  const stored = new Map<string, Set<string>>();
  const decided = new Set<string>();
  const bucket = (
    name: string,
    created: (key: string, versionId: string, text: () => string) => void = () => {},
    deleting: (key: string, versionId: string) => Promise<void> = async () => {},
  ) =>
    openBucket(name, world.seed, network, loop.now, {
      created: (key, versionId, text) => {
        notes.wrote(`${name} ${key}`);
        created(key, versionId, text);
      },
      again: (key, text, there) => {
        // Names are made from inputs: two workers that do the same write the same. What nobody can read may be replayed, though.
        if (name === 'work' && text !== there && !key.startsWith('parked/')) {
          notes.broken('I5', `${key} is written once more, with other content`);
        }
      },
      deleting: (key, versionId) => {
        notes.wrote(`the end of ${name} ${key}`);
        return deleting(key, versionId);
      },
    });
  const landing = bucket(
    'landing',
    (key, versionId) => bus.objectCreated(key, versionId),
    (key, versionId) => checks.deleting(key, versionId),
  );
  const work = bucket('work');
  const synced = bucket('synced', (key, _versionId, text) => {
    // 2026/11/23/default-000042/<batch>.json
    const sync = key.split('/')[3] ?? '';
    const body = text();
    stored.set(body, (stored.get(body) ?? new Set()).add(sync));
  });
  const meta = openMeta({
    loop,
    luck,
    network,
    embargoMs: byMetaId(world, ({ embargoMinutes }) => Number(embargoMinutes) * 60_000),
    callsPerHour: byMetaId(world, ({ callsPerHour }) => Number(callsPerHour)),
    apartMs: 2 * world.skewMs,
    troubles: world.troubles,
    start: START,
    odd: world.oddShare,
    ripeAt: START + world.calmFrom / 2,
    posted: (post) => {
      notes.moved();
      return checks.posted(post);
    },
    conflict: (what) => notes.broken('I6', what),
    // Where an answer is lost, or nobody could write it down, nobody has heard it.
    pestered: (what) => {
      if (isUndisturbed(luck)) notes.broken('I7', what);
    },
  });
  const { broken } = notes;
  const facts: Facts = { world, now: loop.now, tables, landing, work, synced, meta, broken, stored, decided, landed };
  const references = new Map<string, Reference>(entries(world, (name) => openReference(facts, name)));
  const checks = openStepChecks(facts, references);

  const queues = new Map<string, SimQueue>();
  const pumps = new Map<string, () => boolean>();
  for (const one of wiring.queues) {
    const wake = (): boolean => pumps.get(one.name)?.() ?? false;
    queues.set(one.name, openQueue(one, loop, wake));
  }
  const bus = openBus(wiring, queues, luck, network);
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
    told: notes.told,
  });

  const around: Surroundings = {
    ...{ loop, network, tables, landing, work, synced, bus, meta, notes },
    skewMs: world.skewMs,
    settings: current.readSettings(Object.fromEntries(entries(world, (name) => world.catalogs[name]?.settings))),
    sizes: { ...sizes, ...world.sizes },
    parkIn: current.parkIn,
    published: (alert) => {
      published.push(alert);
      people.alerted(alert);
    },
  };
  const functions = wiring.functions.map((wired) =>
    openFunction(wired, () => queues.get(wired.queue)!, {
      loop,
      luck,
      seed: world.seed,
      told: notes.told,
      start: ({ service, name }, container) => {
        const old = world.mixed && container.draw.chance('old version', 0.5);
        // Each service's functions want its own needs; all of them are in what everybody gets.
        const all = (old ? previous : current) as unknown as Record<
          string,
          (needs: () => object) => Record<string, Handler>
        >;
        const needs = needsOf(service, container, around);
        return all[service]!(() => needs)[name]!;
      },
    }),
  );
  for (const { wiring: wired, pump } of functions) pumps.set(wired.queue, pump);

  const due = openDue(facts, notes);
  let over = false;
  const schedules = openSchedules(wiring, {
    ...{ loop, luck, bus, start: START },
    firstDue: due.of,
    progress: notes.progress,
    ticked: due.ticked,
    over: () => over,
  });

  const working = functions.map((one) => ({ ...one, queue: queues.get(one.wiring.queue)! }));
  const quiet = (): boolean =>
    !people.busy() && working.every(({ running, queue }) => running() === 0 && queue.size() === 0);
  return {
    ...{ loop, luck, notes, meta, bus, people, schedules, due, facts, references, published },
    rules: wiring.rules,
    /** Nothing runs, and nothing is on its way. */
    quiet,
    /** And nothing will, by itself. */
    atRest: (): boolean => quiet() && SERVICES.every((name) => due.of(name) === Number.POSITIVE_INFINITY),
    /** What keeps it from resting. */
    unrest: (): string =>
      [
        ...SERVICES.filter((name) => due.of(name) !== Number.POSITIVE_INFINITY).map(
          (name) => `${name} has something due`,
        ),
        ...working
          .filter(({ running }) => running() > 0)
          .map(({ wiring: { service, name } }) => `${service}.${name} runs`),
        ...working.filter(({ queue }) => queue.size() > 0).map(({ queue }) => `${queue.name} is not empty`),
      ].join(', '),
    /** No more ticks. */
    end: (): void => {
      over = true;
    },
  };
};
