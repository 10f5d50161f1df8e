import {
  fixedClock,
  memoryAlerts,
  memoryBus,
  memoryMetrics,
  memoryObjects,
  memoryTable,
  silentLog,
} from '@catalog-sync/shared/adapters/memory/index.ts';
import { DAY, epochMs, HOUR, MINUTE } from '@catalog-sync/shared/catalog/instant.ts';
import { type CatalogName, type SyncNumber, syncId } from '@catalog-sync/shared/catalog/sync.ts';
import type { Hint } from '@catalog-sync/shared/events/decode.ts';
import type { Draft, Table } from '@catalog-sync/shared/ports/table.ts';
import { type HandleVerdict, handleKey } from '@catalog-sync/shared/records/handle.ts';
import { catalogKey, syncKey } from '@catalog-sync/shared/records/ingest.ts';
import { type BreakerRecord, breakerKey } from '@catalog-sync/shared/records/publish.ts';
import { noRows, pointerKey, type SyncReport } from '@catalog-sync/shared/records/transform.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import { reportWith } from '@catalog-sync/shared/testing/report-with.ts';
import { sweep } from './sweep.ts';
import { watchCatalog } from './watch-catalog.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const catalog = 'default' as CatalogName;
const refTo = (sync: number) => ({ catalog, sync: sync as SyncNumber });
const event = { id: 'e', name: 'SyncSettled', ref: refTo(1), data: {} } as never as Hint;
const refusal = { code: 190, subcode: 463, since: epochMs(NOON), secretVersion: '1', message: 'expired' };

type File = SyncReport['files'][number];
const file = (some: Partial<File> = {}): File => ({
  ...{ key: 'data/a.csv', versionId: 'v', outcome: 'archived', landed: 2, valid: 2, rejected: 0, why: null },
  reportKey: null,
  ...some,
});
const error = (id: string) => ({ id, stage: 'verdict', code: null, message: `${id} is bad`, remedy: 'mend it' });

/** monitor between its neighbours' tables, as the test fills them. */
const world = () => {
  const clock = fixedClock(NOON);
  const [table, ingest, transform, publish] = [memoryTable(), memoryTable(), memoryTable(), memoryTable()];
  const work = memoryObjects(clock);
  const topic = memoryAlerts();
  const needs = {
    ...{ table, ingest, transform, publish, work, topic, clock, log: silentLog, metrics: memoryMetrics() },
    ...{
      bus: memoryBus(),
      parking: { park: async () => {} },
      graph: { checkHandle: async () => ({ kind: 'lost' as const }) },
    },
    settings: readSettings({ default: { metaCatalogId: '1' } }),
  };
  const put = async (where: Table, record: Draft): Promise<void> => {
    const rev = (await where.get(record.pk, record.sk))?.rev ?? 0;
    await where.write([{ kind: 'put', rev, record }]);
  };
  const syncRecord = (sync: number, state: string, reportKey: string | null) => ({
    ...syncKey(refTo(sync)),
    ...{ state, filesKey: null, files: 1, openedAt: clock.now(), day: '2026/11/23', asks: [], reportKey },
  });
  return {
    needs,
    clock,
    /** `kind sync state`, as far as people were told. */
    told: () =>
      topic.published.map(({ kind, sync, state, again }) =>
        [kind, Number(sync?.slice(-6) ?? 0), state, again === undefined ? '' : `again ${again}`].join(' ').trim(),
      ),
    body: () => topic.published.at(-1)?.body ?? '',
    opens: async (sync: number) => {
      await put(ingest, { ...catalogKey(catalog), active: sync, last: sync, asks: [] });
      await put(ingest, syncRecord(sync, 'active', null));
    },
    plan: (sync: number, state: string) =>
      put(transform, {
        ...{ pk: `plan#${catalog}`, sk: syncKey(refTo(sync)).sk },
        ...{ state, hash: 'h', key: 'k', batches: 1, items: 1, risks: ['deletes'] },
      }),
    settles: async (sync: number, some: Partial<SyncReport>) => {
      const report = reportWith({ id: syncId(refTo(sync)), ...refTo(sync), files: [file()], ...some });
      const reportKey = `syncs/default/${sync}/report.json`;
      await work.putOnce(reportKey, JSON.stringify(report), { contentType: 'application/json' });
      await put(transform, { ...pointerKey(catalog), sync, stateKey: null, due: null, reportKey });
      await put(ingest, syncRecord(sync, 'ended', reportKey));
      await put(ingest, { ...catalogKey(catalog), active: 0, last: sync, asks: [] });
    },
    breaker: (some: Partial<BreakerRecord> & { setbacks?: number }) =>
      put(publish, { ...breakerKey(catalog), paused: false, rateUntil: epochMs(0), auth: null, ...some }),
    findings: (key: string, ids: string[]) =>
      work.putOnce(
        key,
        JSON.stringify({
          counts: { 'bad-price': ids.length },
          findings: ids.map((retailerId, row) => ({
            ...{ line: row + 2, row, column: 'price', code: 'bad-price', severity: 'error', message: 'bad' },
            ...{ remedy: 'mend it', retailerId },
          })),
        }),
        { contentType: 'application/json' },
      ),
    verdict: async (batchId: string, handle: string, verdict: HandleVerdict) => {
      const verdictKey = `verdicts/${batchId}.json`;
      await work.putOnce(verdictKey, JSON.stringify(verdict), { contentType: 'application/json' });
      await put(table, {
        ...handleKey(batchId, handle),
        ...{ state: 'ended', catalog, sync: 1, batchId, handle, items: 1, since: clock.now(), asked: 1 },
        ...{ end: 'finished', verdictKey },
      });
    },
    heard: () => watchCatalog(catalog, event, needs),
    ticks: () => sweep(needs),
  };
};

test('warnings are told of by name, and those that Meta does not list by their number', async () => {
  const { settles, verdict, heard, body } = world();
  const warnings = [{ id: 'A', message: 'odd' }];
  await verdict('b', 'Ac', {
    kind: 'finished',
    errors: [],
    errorsTotal: 0,
    warnings,
    warningsTotal: 8,
    invalidIds: [],
  });
  await settles(1, { batches: [{ batchId: 'b', handle: 'Ac', items: 9, status: 'accepted' }] });
  await heard();
  expect(body()).toContain('Items: A');
  expect(body()).toContain('Of 7 further warning(s)');
});

describe('the same trouble every hour', () => {
  test('is one alert, until it is another, and until it is over', async () => {
    const { settles, heard, told } = world();
    for (const [sync, errors] of [[error('A')], [error('A')], [error('A'), error('B')], []].entries()) {
      await settles(sync + 1, { errors });
      await heard();
    }
    expect(told()).toEqual([
      'items-errored 1 open',
      'items-errored 1 cleared',
      'items-errored 3 open',
      'items-errored 3 cleared',
    ]);
  });

  test('is told by its rows, not by the name of the file, and not by where its findings lie', async () => {
    const { settles, findings, heard, told, body } = world();
    const set = async (sync: number, ids: string[]) => {
      await findings(`syncs/${sync}.json`, ids);
      const files = [file({ key: `data/${sync}.csv`, rejected: ids.length, reportKey: `syncs/${sync}.json` })];
      await settles(sync, { files, rows: { ...noRows, rejected: ids.length } });
      await heard();
    };
    await set(1, ['A', 'B']);
    expect(body()).toContain('- 2 × bad-price');
    await set(2, ['B', 'A']);
    expect(told()).toEqual(['rows-rejected 1 open']);
    await set(3, ['A', 'C']);
    expect(told()).toEqual(['rows-rejected 1 open', 'rows-rejected 1 cleared', 'rows-rejected 3 open']);
  });

  test('is told by its counts when the findings are gone', async () => {
    const { settles, heard, told } = world();
    for (const [sync, rejected] of [2, 2, 3].entries()) {
      const files = [file({ rejected, reportKey: 'gone.json' })];
      await settles(sync + 1, { files, rows: { ...noRows, rejected } });
      await heard();
    }
    expect(told()).toEqual(['rows-rejected 1 open', 'rows-rejected 1 cleared', 'rows-rejected 3 open']);
  });

  test('is taken up in order where several syncs have settled since the last look', async () => {
    const { settles, ticks, told } = world();
    await settles(1, { errors: [error('A')] });
    await settles(2, {});
    await settles(3, { errors: [error('B')] });
    await ticks();
    expect(told()).toEqual(['items-errored 1 open', 'items-errored 1 cleared', 'items-errored 3 open']);
  });

  test('is told once by two that look at the same time, and by all that was ever said once more', async () => {
    const { needs, settles, heard, ticks, told } = world();
    await settles(1, { errors: [error('A')] });
    await Promise.all([heard(), heard(), ticks()]);
    const before = JSON.stringify(needs.table.records());
    await heard();
    await ticks();
    expect(told()).toEqual(['items-errored 1 open']);
    expect(JSON.stringify(needs.table.records())).toBe(before);
  });

  test('is said again once a day by the tick alone', async () => {
    const { clock, settles, heard, ticks, told } = world();
    await settles(1, { errors: [error('A')], files: [file(), file({ outcome: 'refused', why: 'cut' })] });
    await ticks();
    clock.set(NOON + DAY);
    await heard();
    expect(told()).toHaveLength(2);
    await ticks();
    await ticks();
    expect(told().slice(2)).toEqual(['file-refused 1 open again 1', 'items-errored 1 open again 1']);
  });

  test('that an earlier version had seen stands where it stood: what comes next is new', async () => {
    const { needs, settles, heard, told } = world();
    await needs.table.write([{ kind: 'put', rev: 0, record: { pk: 'watch#default', sk: 'watch', examined: 1 } }]);
    await settles(2, { errors: [error('A')] });
    await heard();
    expect(told()).toEqual(['items-errored 2 open']);
  });
});

describe('a crash at any write or word', () => {
  /** Dies at the n-th thing that it does to the outside. */
  const dying = (needs: ReturnType<typeof world>['needs'], n: number) => {
    let left = n;
    const step = <A>(act: () => Promise<A>): Promise<A> => (left-- > 0 ? act() : Promise.reject(new Error('dead')));
    return {
      ...needs,
      table: {
        ...needs.table,
        write: (writes: Parameters<Table['write']>[0]) => step(() => needs.table.write(writes)),
      },
      topic: { publish: (alert: Parameters<typeof needs.topic.publish>[0]) => step(() => needs.topic.publish(alert)) },
    };
  };

  test.each(Array.from({ length: 10 }, (_, n) => n))('heals by the tick: the %dth', async (n) => {
    const { needs, clock, settles, heard, ticks, told } = world();
    await settles(1, { errors: [error('A')], files: [file(), file({ outcome: 'refused', why: 'cut' })] });
    await heard();
    await settles(2, { errors: [error('B')] });
    await watchCatalog(catalog, event, dying(needs, n)).catch(() => undefined);
    clock.set(NOON + 20 * MINUTE);
    await ticks();
    const twice = told();
    expect(new Set(twice)).toEqual(
      new Set([
        ...['file-refused 1 open', 'items-errored 1 open', 'file-refused 1 cleared', 'items-errored 1 cleared'],
        'items-errored 2 open',
      ]),
    );
    expect(twice.length).toBeLessThanOrEqual(6);
    await ticks();
    expect(told()).toEqual(twice);
  });
});

describe('a held plan', () => {
  test('is an alert until somebody has decided', async () => {
    const { opens, plan, heard, told } = world();
    await opens(1);
    await plan(1, 'held');
    await heard();
    await heard();
    await plan(1, 'approved');
    await heard();
    expect(told()).toEqual(['plan-held 1 open', 'plan-held 1 cleared']);
  });

  test('is over when its sync has settled, though nobody saw the decision', async () => {
    const { opens, plan, settles, heard, told } = world();
    await opens(1);
    await plan(1, 'held');
    await heard();
    await settles(1, {});
    await heard();
    expect(told()).toEqual(['plan-held 1 open', 'plan-held 1 cleared']);
  });

  test('is not told by whoever has read it before it was decided and settled', async () => {
    const { needs, opens, plan, settles, heard, told } = world();
    await opens(1);
    await plan(1, 'held');
    const late = {
      ...needs,
      transform: {
        get: async (pk: string, sk: string) => {
          const read = await needs.transform.get(pk, sk);
          if (pk !== 'plan#default') return read;
          await settles(1, {});
          await heard();
          return read;
        },
      },
    };
    await watchCatalog(catalog, event, late);
    expect(told()).toEqual([]);
  });

  test('is said again each day', async () => {
    const { clock, opens, plan, ticks, told } = world();
    await opens(1);
    await plan(1, 'held');
    for (const day of [0, 1, 1.5, 2]) {
      clock.set(NOON + day * DAY);
      await ticks();
    }
    expect(told()).toEqual(['plan-held 1 open', 'plan-held 1 open again 1', 'plan-held 1 open again 2']);
  });
});

describe('refused access', () => {
  test('is an alert until we are let in, said again each day', async () => {
    const { clock, breaker, ticks, heard, told } = world();
    await breaker({ auth: refusal });
    await heard();
    clock.set(NOON + DAY);
    await ticks();
    await breaker({});
    await heard();
    expect(told()).toEqual(['access-refused 0 open', 'access-refused 0 open again 1', 'access-refused 0 cleared']);
  });
});

describe('a sync that does not settle', () => {
  test('is an alert after two hours, said once, and over when it has settled', async () => {
    const { clock, opens, settles, ticks, heard, told } = world();
    await opens(1);
    clock.set(NOON + 2 * HOUR - 1);
    await ticks();
    expect(told()).toEqual([]);
    clock.set(NOON + 2 * HOUR);
    await heard();
    expect(told()).toEqual([]);
    await ticks();
    await ticks();
    expect(told()).toEqual(['sync-stalled 1 open']);
    await settles(1, {});
    await heard();
    expect(told()).toEqual(['sync-stalled 1 open', 'sync-stalled 1 cleared']);
  });

  test('says what it waits for, and a day later what it waits for then', async () => {
    const { needs, clock, opens, plan, breaker, ticks, body, told } = world();
    await opens(1);
    await plan(1, 'planned');
    await breaker({ paused: true, setbacks: 4, appUntil: epochMs(NOON + 4 * HOUR) });
    const handle = (name: string, state: string, sync: number) => ({
      ...{ pk: 'handle#b', sk: name, state, ...refTo(sync), batchId: 'b', handle: name, items: 1, since: NOON },
      ...{
        asked: 9,
        end: state === 'ended' ? 'error' : null,
        verdictKey: null,
        dueOf: 'handle',
        dueAt: NOON + 3 * HOUR,
      },
    });
    for (const record of [handle('Ac1', 'asking', 1), handle('Ac2', 'ended', 1), handle('Ac3', 'asking', 2)]) {
      await needs.table.write([{ kind: 'put', rev: 0, record }]);
    }
    clock.set(NOON + 2 * HOUR + MINUTE);
    await ticks();
    expect(body()).toMatch(
      /opened at 2026-11-23 12:00 UTC[\s\S]*paused[\s\S]*last 4 call\(s\)[\s\S]*before 2026-11-23 16:00 UTC[\s\S]*finished 1 batch/,
    );
    await breaker({});
    await needs.table.write([{ kind: 'delete', rev: 1, pk: 'handle#b', sk: 'Ac1' }]);
    clock.set(NOON + DAY + 3 * HOUR);
    await ticks();
    expect(told()).toEqual(['sync-stalled 1 open', 'sync-stalled 1 open again 1']);
    expect(body()).toMatch(/Nothing that we know of/);
  });

  test.each<[string, (w: ReturnType<typeof world>) => Promise<void>, (w: ReturnType<typeof world>) => Promise<void>]>([
    ['a held plan', ({ plan }) => plan(1, 'held'), ({ plan }) => plan(1, 'approved')],
    ['refused access', ({ breaker }) => breaker({ auth: refusal }), ({ breaker }) => breaker({})],
  ])('is not told beside %s, and not before two hours after that is over', async (_what, begin, end) => {
    const one = world();
    const { clock, opens, ticks, told } = one;
    await opens(1);
    await begin(one);
    clock.set(NOON + 5 * HOUR);
    await ticks();
    await end(one);
    clock.set(NOON + 5 * HOUR + MINUTE);
    await ticks();
    expect(told()).toHaveLength(2);
    clock.set(NOON + 7 * HOUR + MINUTE - 1);
    await ticks();
    expect(told()).toHaveLength(2);
    clock.set(NOON + 7 * HOUR + MINUTE);
    await ticks();
    expect(told().slice(2)).toEqual(['sync-stalled 1 open']);
  });

  test('is none when it has settled and its files are not put away yet', async () => {
    const { clock, opens, settles, ticks, told } = world();
    await opens(1);
    await settles(1, {});
    await opens(1);
    clock.set(NOON + 3 * HOUR);
    await ticks();
    expect(told()).toEqual([]);
  });

  test('is not told by whoever has looked before it settled', async () => {
    const { needs, clock, opens, settles, heard, told } = world();
    await opens(1);
    clock.set(NOON + 3 * HOUR);
    const late = {
      ...needs,
      publish: {
        get: async (pk: string, sk: string) => {
          await settles(1, {});
          await heard();
          return needs.publish.get(pk, sk);
        },
      },
    };
    await watchCatalog(catalog, null, late);
    expect(told()).toEqual([]);
  });
});
