import type { CatalogName, SyncNumber, SyncRef } from '@catalog-sync/shared/catalog/sync.ts';
import type { RefusedEntry } from '../sync-view.ts';
import { namedBy, sortOut, withAsks } from './refused.ts';

const ref = (sync: number): SyncRef => ({ catalog: 'default' as CatalogName, sync: sync as SyncNumber });
const refused = (id: string, sync = 1): RefusedEntry => ({
  id,
  batchKey: `syncs/default/${String(sync).padStart(6, '0')}/batches/b.json`,
});
const entries = [refused('errored'), refused('parked', 2)];
const idsOf = (refused: readonly { id: string }[]): string[] => refused.map(({ id }) => id);

describe('what is asked for again', () => {
  test.each([
    ['without a word: all that is refused or parked', [], null, ['errored', 'parked'], []],
    ['of one sync: what it names', [], ['errored'], ['errored'], []],
    ['of one sync: what it named and Meta took since is not', [], ['accepted', 'errored'], ['errored'], ['accepted']],
    ['items by name', ['parked'], null, ['parked'], []],
    ['an item that goes again by itself is not', ['unknown'], null, [], ['unknown']],
    ['items that nobody knows are not', ['errored', 'nobody'], null, ['errored'], ['nobody']],
    ['items by name, of one sync', ['errored', 'parked'], ['errored'], ['errored'], ['parked']],
    ['of a sync that names none: none', [], [], [], []],
  ])('%s', (_what, items, ofSync, wanted, notRefused) => {
    const sorted = sortOut(entries, { items, ofSync: ofSync && new Set(ofSync) });
    expect({ refused: idsOf(sorted.refused), notRefused: sorted.notRefused }).toEqual({ refused: wanted, notRefused });
  });

  test('is told with where its content lies', () => {
    expect(sortOut(entries, { items: ['parked'], ofSync: null }).refused).toEqual([
      { id: 'parked', batchKey: 'syncs/default/000002/batches/b.json' },
    ]);
  });

  test('a sync names whom its report names, and what it was the last to send in vain', () => {
    expect([...namedBy(ref(1), ['reported'], entries)]).toEqual(['reported', 'errored']);
    expect([...namedBy(ref(2), [], entries)]).toEqual(['parked']);
    expect([...namedBy(ref(3), [], entries)]).toEqual([]);
  });
});

describe('asks', () => {
  test.each([
    ['are added to those that wait', ['a'], ['b', 'c'], ['a', 'b', 'c']],
    ['are a set', ['a', 'b'], ['b', 'a', 'c'], ['a', 'b', 'c']],
    ['are as many as there is room for', ['a'], ['bbbbb', 'ccccc'], ['a', 'bbbbb']],
    ['are measured in bytes', [], ['äääää', 'b'], ['äääää']],
    ['that wait stay, however long', ['aaaaaaaaaaaaa'], ['b', 'aaaaaaaaaaaaa'], ['aaaaaaaaaaaaa']],
  ])('%s', (_what, waiting, wanted, asks) => {
    expect(withAsks(waiting, wanted, 10)).toEqual(asks);
  });
});
