import type { SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import { heldText } from './held-text.ts';

const held = (catalog: string) => ({
  id: `${catalog}-000003`,
  catalog,
  plan: {
    sync: 3 as SyncNumber,
    hash: '7be1',
    counts: { creates: 0, updates: 1, deletes: 60, unchanged: 940, rejected: 0 },
    risks: [{ kind: 'deletes' as const, share: 0.06, count: 60, limit: 10, shareLimit: 0.05 }],
  },
});

describe('a held plan', () => {
  test('is told with its reason and with what to type', () =>
    expect(heldText(held('default'), { dataDir: '.catalog-sync', config: null }).split('\n')).toEqual([
      'catalog-sync: default-000003 is held and waits for you: 60 products deleted: 6 % of all, more than 5 % and more than 10',
      '  Nothing of it is sent (1 update, 60 deletes), and files that land meanwhile wait.',
      '  look at it:     catalog-sync plan --sync 3',
      '  send it:        catalog-sync approve 3 --plan 7be1',
      '  or drop it:     catalog-sync discard 3 --plan 7be1',
      '',
    ]));

  test('of another catalog, folder and settings is decided there', () => {
    const text = heldText(held('garden'), { dataDir: "/tmp/it's here", config: 'shop.json' });
    const where = String.raw`--data-dir '/tmp/it'\''s here' --config shop.json`;
    expect(text).toContain(`catalog-sync plan --sync 3 --catalog garden ${where}\n`);
    expect(text).toContain(`catalog-sync approve garden-000003 --plan 7be1 ${where}\n`);
  });
});
