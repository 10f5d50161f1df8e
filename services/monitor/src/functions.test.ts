import {
  fixedClock,
  memoryAlerts,
  memoryBus,
  memoryMetrics,
  memoryObjects,
  memoryTable,
  silentLog,
} from '@catalog-sync/shared/adapters/memory/index.ts';
import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName, SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import { say } from '@catalog-sync/shared/events/define.ts';
import { allEvents, FileIgnored } from '@catalog-sync/shared/events/index.ts';
import type { TableReader } from '@catalog-sync/shared/ports/table.ts';
import { ignoredKey } from '@catalog-sync/shared/records/ingest.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import { functions } from './functions.ts';

const ref = { catalog: 'default' as CatalogName, sync: 1 as SyncNumber };

/** The text of a message about an event, with its example as data. */
const bodyOf = (name: string): string => {
  const event = allEvents.find((one) => one.name === name)!;
  const said = say(event, ref, event.example, { cause: null, at: epochMs(0) });
  return JSON.stringify({ source: said.source, 'detail-type': said.name, detail: said.detail });
};

/** monitor with nothing in its neighbours' tables but what somebody dropped, and the catalogs whose pointer it has read. */
const world = async () => {
  const clock = fixedClock(0);
  const [ingest, topic, parked] = [memoryTable(), memoryAlerts(), [] as string[]];
  const { key } = FileIgnored.example;
  await ingest.write([{ kind: 'put', rev: 0, record: { ...ignoredKey(ref.catalog, key), said: false } }]);
  const looks: string[] = [];
  const transform: TableReader = {
    ...memoryTable(),
    get: async (pk) => {
      looks.push(pk);
      return undefined;
    },
  };
  const needs = {
    ...{ table: memoryTable(), ingest, transform, publish: memoryTable(), work: memoryObjects(clock), topic, clock },
    ...{ log: silentLog, metrics: memoryMetrics(), bus: memoryBus() },
    parking: { park: async ({ why }: { why: string }) => void parked.push(why) },
    graph: { checkHandle: async () => ({ kind: 'lost' as const }) },
    settings: readSettings({ default: { metaCatalogId: '1' } }),
  };
  const { watch } = functions(() => needs);
  return {
    hears: (...bodies: string[]) => watch({ Records: bodies.map((body, n) => ({ messageId: String(n), body })) }),
    looks: () => looks.filter((pk) => pk === 'pointer#default').length,
    told: () => topic.published.map(({ kind }) => kind),
    parked,
  };
};

const TELL_NOTHING = [
  ...['BatchValidated', 'BatchesSettled', 'FilesArchived', 'FilesLanded', 'ProductsTransformed', 'SyncRequested'],
  'ValidationFailed',
];

describe('watch', () => {
  test.each(allEvents.map(({ name }) => name))('hears %s', async (name) => {
    const { hears, looks, told, parked } = await world();
    expect(await hears(bodyOf(name))).toEqual({ batchItemFailures: [] });
    expect(looks()).toBe(TELL_NOTHING.includes(name) ? 0 : 1);
    expect(told()).toEqual(name === 'FileIgnored' ? ['file-ignored'] : []);
    expect(parked).toEqual([]);
  });

  test('looks once after many events, whichever came first', async () => {
    const { hears, looks } = await world();
    await hears(bodyOf('FilesLanded'), bodyOf('SyncSettled'), bodyOf('PlanHeld'));
    expect(looks()).toBe(1);
  });

  test('tells people of an event that nobody can read, also one that would tell nothing', async () => {
    const { hears, told, parked } = await world();
    const { detail, ...outer } = JSON.parse(bodyOf('FilesLanded'));
    await hears(JSON.stringify({ ...outer, detail: { ...detail, catalog: '../up' } }));
    expect(told()).toEqual(['event-parked']);
    expect(parked).toEqual(['malformed']);
  });
});
