/** Everything a function may need from outside, as one container reaches it. */
import { epochMs } from '../shared/catalog/instant.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Log } from '../shared/ports/log.ts';
import type { MetaSecret, Secrets } from '../shared/ports/secrets.ts';
import type { Alert } from '../shared/records/alert.ts';
import type { Sizes } from '../shared/sizes.ts';
import type { Services } from './build.ts';
import type { SimBucket } from './cloud/buckets.ts';
import type { SimBus } from './cloud/bus.ts';
import type { Container } from './cloud/functions.ts';
import type { Loop } from './cloud/loop.ts';
import { type Network, READ_FAULTS } from './cloud/network.ts';
import type { SimTable } from './cloud/tables.ts';
import type { SimMeta } from './meta/meta.ts';
import type { Notes } from './notes.ts';

/** What all functions reach. */
export interface Surroundings {
  loop: Loop;
  network: Network;
  /** By service. */
  tables: Readonly<Record<string, SimTable>>;
  landing: SimBucket;
  work: SimBucket;
  synced: SimBucket;
  bus: SimBus;
  meta: SimMeta;
  notes: Notes;
  /** How far a clock may be off, in milliseconds. */
  skewMs: number;
  /** The catalogs' settings, as the services read them. */
  settings: ReturnType<Services['readSettings']>;
  sizes: Sizes;
  parkIn: Services['parkIn'];
  /** People are told. */
  published(alert: Alert): void;
}

/** As the adapter keeps it. */
const SECRET_CACHED_MS = 5 * 60_000;

const clockOf = ({ draw, caller }: Container, { loop, skewMs }: Surroundings): Clock => {
  const skew = Math.round((draw.share('skew') * 2 - 1) * skewMs);
  return {
    now: () => epochMs(Math.floor(loop.now()) + skew),
    wait: (ms) => new Promise((resolve) => loop.at(loop.now() + ms, () => caller.alive() && resolve())),
  };
};

const logOf = ({ caller }: Container, { notes }: Surroundings): Log => {
  const level =
    (name: string): Log['info'] =>
    (what, fields = {}) =>
      notes.told(`${caller.label} ${name} ${what}`, fields);
  return { info: level('info'), warn: level('warn'), error: level('error') };
};

const secretsOf = ({ caller, memory }: Container, { loop, network, meta }: Surroundings): Secrets => ({
  meta: async ({ fresh = false } = {}) => {
    const cached = memory.get('secret') as { secret: MetaSecret; at: number } | undefined;
    if (!fresh && cached !== undefined && loop.now() - cached.at < SECRET_CACHED_MS) return cached.secret;
    const secret = await network.call(caller, 'secrets.meta', async () => meta.secret(), READ_FAULTS);
    memory.set('secret', { secret, at: loop.now() });
    return secret;
  },
});

export const needsOf = (service: string, container: Container, around: Surroundings): object => {
  const { caller } = container;
  const { network, tables, landing, synced, bus, meta, settings, sizes, parkIn, published } = around;
  const secrets = secretsOf(container, around);
  const work = around.work.reachedBy(caller);
  return {
    ...Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.readBy(caller)])),
    table: tables[service]?.ownedBy(caller),
    landing: landing.reachedBy(caller),
    synced: synced.reachedBy(caller),
    work,
    graph: meta.reachedBy(caller, secrets.meta),
    secrets,
    bus: bus.reachedBy(caller),
    clock: clockOf(container, around),
    log: logOf(container, around),
    parking: parkIn(work, service),
    topic: {
      publish: (alert: Alert) => network.call(caller, `topic.publish ${alert.kind}`, async () => published(alert)),
    },
    metrics: { count: () => {} },
    settings,
    sizes,
  };
};
