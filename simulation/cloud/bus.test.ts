/** The services' own `serverless.yml` says who hears what: each event that can be said is said here, once. */
import { allEvents } from '../../shared/events/index.ts';
import { pipeline } from '../../shared/pipeline.ts';
import { openBus } from './bus.ts';
import { openLoop } from './loop.ts';
import { openLuck, type Plan } from './luck.ts';
import { openNetwork } from './network.ts';
import { openQueue, type SimQueue } from './queues.ts';
import { readWiring } from './wiring.ts';

const wiring = readWiring();
const NOTHING: Plan = { kind: 'only', these: new Set() };

const opened = (plan = NOTHING) => {
  const loop = openLoop(0);
  const luck = openLuck(1, plan, 0, loop.now);
  const network = openNetwork(
    loop,
    luck,
    () => {},
    () => {},
  );
  const queues = new Map<string, SimQueue>(wiring.queues.map((one) => [one.name, openQueue(one, loop, () => false)]));
  const bus = openBus(wiring, queues, luck, network);
  const filled = (): string[] => [...queues.values()].filter((queue) => queue.size() > 0).map(({ name }) => name);
  return { bus, queues, filled };
};
/** All but monitor's ear for everything: most of what it could hear is lost on purpose. */
const others = (names: readonly string[]): string[] => names.filter((name) => name !== 'monitor.ToWatch');
const speakerOf = (name: string): string =>
  pipeline.find(({ says }) => says.some((one) => one.name === name))?.service ?? 'console';
const hearersOf = (name: string): string[] =>
  pipeline.flatMap(({ service, hears }) =>
    (hears === 'all' ? name === 'BatchSent' : hears.some((one) => one.name === name)) ? [service] : [],
  );
const said = (name: string, source = `catalog-sync.${speakerOf(name)}`) => ({
  source,
  'detail-type': name,
  detail: { id: `said-${name}` },
});

describe('the wiring', () => {
  test('leads each rule to a queue, and each queue but the dead ones to a function', () => {
    const names = new Set(wiring.queues.map(({ name }) => name));
    expect(wiring.rules.filter(({ queue }) => !names.has(queue))).toEqual([]);
    const read = new Set(wiring.functions.map(({ queue }) => queue));
    expect([...names].filter((name) => !read.has(name) && !/Dead$/.test(name))).toEqual([]);
  });

  test('hides a message for longer than its function may run', () => {
    const hidden = new Map(wiring.queues.map(({ name, visibilityMs }) => [name, visibilityMs]));
    for (const { queue, timeoutMs } of wiring.functions) expect(hidden.get(queue)).toBeGreaterThan(timeoutMs);
  });

  test('lets each of one speaker’s words reach its own hearers', () => {
    const { bus, queues } = opened();
    bus.put([said('FilesArchived'), said('FilesLanded')]);
    expect(queues.get('validate.ToValidate')?.size()).toBe(1);
  });

  test.each(allEvents.map(({ name }) => name))('lets %s reach whom the pipeline names', (name) => {
    const { bus, filled } = opened();
    bus.put([said(name)]);
    expect(others(filled()).map((queue) => queue.split('.')[0])).toEqual(hearersOf(name));
    expect(bus.archive).toHaveLength(1);
  });

  test('lets nobody hear an event from a stranger', () => {
    const { bus, filled } = opened();
    for (const { name } of allEvents) bus.put([said(name, 'catalog-sync.nobody')]);
    expect(others(filled())).toEqual([]);
  });
});

describe('the bus', () => {
  test('tells ingest of an object that has come to be, and keeps that out of the event archive', () => {
    const { bus, filled } = opened();
    bus.objectCreated('data/a.csv', 'v1');
    expect(filled()).toEqual(['ingest.Landing']);
    bus.objectCreated('archive/a.csv', 'v2');
    expect([filled(), bus.archive]).toEqual([['ingest.Landing'], []]);
  });

  test.each([
    ['lost-event Object Created data/a.csv#0', 0, 0],
    ['double-event ingest.WhenFileLands#0', 2, 0],
    ['undelivered ingest.WhenFileLands#0', 0, 1],
  ])('%s: %i messages, %i dead', (fault, messages, dead) => {
    const { bus, queues } = opened({ kind: 'only', these: new Set([fault]) });
    bus.objectCreated('data/a.csv', 'v1');
    expect([queues.get('ingest.Landing')?.size(), queues.get('ingest.Landing')?.dead.length]).toEqual([messages, dead]);
  });

  test('says events again as they were, marked as replayed, and archives them no second time', () => {
    const { bus, queues } = opened();
    bus.put([said('FilesLanded')]);
    bus.replay('again', bus.archive);
    expect([queues.get('validate.ToValidate')?.size(), bus.archive.length]).toEqual([2, 1]);
  });
});
