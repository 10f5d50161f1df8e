import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { concerns, waitAfter } from './follow.ts';

describe('what people were told during a run is its own', () => {
  test.each([
    ['of its catalog', 'garden', 'rows-rejected', true],
    ['of another catalog, whose syncs go on beside it', 'shoes', 'rows-rejected', false],
    ['of an event that nobody could read', 'default', 'event-parked', true],
  ])('%s', (_what, catalog, kind, isIts) =>
    expect(concerns('garden' as CatalogName, { catalog, alert: { kind, state: 'open', subject: '' } })).toBe(isIts),
  );
});

describe('between two looks at a sync', () => {
  test.each([
    ['there is a moment when looking is quick', 5, 200],
    ['there is more time the longer a look takes', 100, 900],
    ['there are never more than some seconds', 2_000, 5_000],
  ])('%s', (_what, lookMs, waitMs) => expect(waitAfter(lookMs)).toBe(waitMs));
});
