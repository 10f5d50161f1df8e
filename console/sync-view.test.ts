import { memoryTable } from '@catalog-sync/shared/adapters/memory/index.ts';
import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { accessKey } from '@catalog-sync/shared/records/access.ts';
import { batchKey, breakerKey } from '@catalog-sync/shared/records/publish.ts';
import type { Cloud } from './cloud.ts';
import { refOf, viewCatalog, viewOnTheirWay } from './sync-view.ts';

const shop = 'default' as CatalogName;
const BATCH = {
  attempt: 1,
  tries: 0,
  bodyKey: 'b.json',
  entriesKey: 'b.entries.ndjson',
  items: 1,
  parent: null,
  amb: 0,
  until: null,
  notBefore: 0,
  handle: null,
  submittedAt: null,
  errored: [],
};

describe('access that is refused', () => {
  const refused = { code: 190, subcode: 463, since: epochMs(5), secretVersion: '1', message: 'expired' };
  const breaker = (auth: object | null) => ({ ...breakerKey(shop), paused: false, rateUntil: 0, auth });
  const access = (refusedAt: number) => ({ ...accessKey(shop), refused, refusedAt });
  const view = async (...[publishs, monitors]: (object | null)[]) => {
    const [ingest, publish, transform, monitor] = [memoryTable(), memoryTable(), memoryTable(), memoryTable()];
    if (publishs) await publish.write([{ kind: 'put', rev: 0, record: publishs as never }]);
    if (monitors) await monitor.write([{ kind: 'put', rev: 0, record: monitors as never }]);
    return viewCatalog(shop, { ingest, publish, transform, monitor } as unknown as Cloud);
  };

  test('shows, whether publish heard of it when it sent, or monitor when it asked', async () => {
    expect((await view(null, null)).auth).toBeNull();
    expect((await view(breaker(refused), null)).auth).toEqual(refused);
    expect((await view(breaker(null), access(7))).auth).toEqual(refused);
  });

  test('shows as refused anew each time that monitor is refused', async () => {
    const [before, after] = [await view(breaker(null), access(7)), await view(breaker(null), access(8))];
    expect(after.authRev).not.toBe(before.authRev);
  });
});

describe('on their way', () => {
  test.each([
    ['a batch that is claimed', 2, { state: 'sending', until: 300 }, ['b']],
    ['not one whose lease is over, as after a crash', 2, { state: 'sending', until: 199 }, []],
    ['not one that waits', 2, { state: 'prepared' }, []],
    ['not one that Meta has', 2, { state: 'submitted', handle: 'Ac1' }, []],
    ['nothing of a sync that is not active', 0, { state: 'sending', until: 300 }, []],
  ])('is %s', async (_what, active, batch, onTheirWay) => {
    const [ingest, publish, transform, monitor] = [memoryTable(), memoryTable(), memoryTable(), memoryTable()];
    const catalog = { pk: 'catalog#default', sk: 'catalog', active, last: 2, asks: [] };
    await ingest.write([{ kind: 'put', rev: 0, record: catalog }]);
    const record = { ...batchKey(refOf(shop, 2), 'b'), ...BATCH, ...batch };
    await publish.write([{ kind: 'put', rev: 0, record }]);
    const cloud = { ingest, publish, transform, monitor } as unknown as Cloud;
    expect(await viewOnTheirWay(shop, cloud, epochMs(200))).toEqual(onTheirWay);
  });
});
