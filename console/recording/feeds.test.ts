import { read } from '@catalog-sync/shared/rows/testing.ts';
import { FEEDS, IDS } from './feeds.ts';

const ONE_OF_OURS = new RegExp(`^(${IDS.join('|')})$`);

describe('what the recorder lands', () => {
  test.each(FEEDS)('$name is valid, and names no product but the recorder’s own', async ({ text }) => {
    const { rows } = await read(text);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatchObject({ kind: 'valid', id: expect.stringMatching(ONE_OF_OURS) });
  });

  test('ids are all that is deleted in the end, and nobody takes them for a shop’s', () => {
    expect(IDS).toHaveLength(3);
    for (const id of IDS) expect(id).toMatch(/^catalog-sync-doctor-/);
  });
});
