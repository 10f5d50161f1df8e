import { noGroups, type Risk } from '@catalog-sync/shared/records/transform.ts';
import { countsText, type PlanPicture, planLines, riskText } from './plan-text.ts';

const plan = (more: Partial<PlanPicture> = {}): PlanPicture => ({
  counts: { creates: 0, updates: 0, deletes: 0, unchanged: 0, rejected: 0 },
  brands: noGroups,
  categories: noGroups,
  risks: [],
  samples: [],
  calls: 0,
  minutes: 0,
  warnings: [],
  ...more,
});
const risk = (more: Partial<Risk> = {}): Risk => ({
  kind: 'deletes',
  share: 0.06,
  count: 1200,
  limit: 10,
  shareLimit: 0.05,
  ...more,
});

describe('a risk', () => {
  test.each([
    [{}, '1,200 products deleted: 6 % of all, more than 5 % and more than 10'],
    [
      { kind: 'prices', share: 0.5012, shareLimit: 0.5 },
      '1,200 prices changed: 50.1 % of all, more than 50 % and more than 10',
    ],
    [{ kind: 'out-of-stock', count: 1 }, '1 product taken out of stock: 6 % of all, more than 5 % and more than 10'],
    [{ shareLimit: 0 }, '1,200 products deleted: 6 % of all, more than 10'],
  ] as const)('%j is told with its limits', (more, text) => expect(riskText(risk(more))).toBe(text));
});

describe('a plan', () => {
  test('that sends nothing says so', () => {
    expect(planLines(plan({ counts: { creates: 0, updates: 0, deletes: 0, unchanged: 7, rejected: 1 } }))).toEqual([
      'would send: nothing',
      'rows:       7 unchanged, 1 rejected',
    ]);
    expect(countsText(plan())).toBe('nothing');
  });

  test('is told with its counts, its time, why it is held, and a few of what it changes', () => {
    const offer = { price: '1.00 EUR', availability: 'in stock' };
    const lines = planLines(
      plan({
        counts: { creates: 1, updates: 2, deletes: 1, unchanged: 0, rejected: 0 },
        brands: {
          top: [
            { name: 'Elm', creates: 1, updates: 2, deletes: 0 },
            { name: null, creates: 0, updates: 0, deletes: 1 },
          ],
          others: { groups: 3, creates: 0, updates: 4, deletes: 0 },
        },
        risks: [risk()],
        samples: [
          { id: 'gone', kind: 'delete', before: offer, after: null },
          { id: 'new', kind: 'create', before: null, after: offer },
          { id: 'dear', kind: 'update', before: offer, after: { ...offer, price: '2.00 EUR' } },
          { id: 'text', kind: 'update', before: offer, after: offer },
        ],
        calls: 2,
        minutes: 600,
        warnings: ['a feed is cut'],
      }),
    );
    expect(lines).toEqual([
      'would send: 1 create, 2 updates, 1 delete, in 2 calls, at least 10 hours',
      'rows:       0 unchanged, 0 rejected',
      'held for:   1,200 products deleted: 6 % of all, more than 5 % and more than 10',
      'brands:     Elm: 1 create, 2 updates',
      '            (not known): 1 delete',
      '            3 more: 4 updates',
      'samples:    create new: 1.00 EUR, in stock',
      '            update dear: 1.00 EUR, in stock → 2.00 EUR, in stock',
      '            update text: 1.00 EUR, in stock, other fields',
      '            delete gone: 1.00 EUR, in stock',
      'to know:    a feed is cut',
    ]);
  });

  test('shows five of a kind and five brands, and sums up the others', () => {
    const some = Array.from({ length: 7 }, (_, n) => `n${n}`);
    const lines = planLines(
      plan({
        categories: {
          top: some.map((name) => ({ name, creates: 1, updates: 0, deletes: 0 })),
          others: { groups: 2, creates: 0, updates: 0, deletes: 3 },
        },
        samples: some.map((id) => ({ id, kind: 'delete' as const, before: null, after: null })),
      }),
    );
    expect(lines.filter((line) => line.includes('delete n'))).toHaveLength(5);
    expect(lines).toContain('            4 more: 2 creates, 3 deletes');
  });
});
