import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFile } from '../../../shared/rows/check.ts';
import { pieces, readFrom } from '../../../shared/rows/testing.ts';
import { changeSome, type WrittenFeed, writeFeed } from './feed.ts';

const ROWS = 4_000;

describe('a feed', () => {
  let dir: string;
  let plain: Buffer;
  let changed: Buffer;
  let written: { plain: WrittenFeed; changed: WrittenFeed };
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'feed-'));
    const path = join(dir, 'feed.csv');
    const first = writeFeed(path, ROWS);
    plain = readFileSync(path);
    const second = writeFeed(path, ROWS, { change: changeSome(0.5, 2) });
    changed = readFileSync(path);
    written = { plain: first, changed: second };
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  test('is known by whoever made it: its bytes, and how many of its rows are valid', async () => {
    const { rows, valid } = await checkFile(pieces(plain), 'feed.csv');
    expect(written.plain).toEqual({ bytes: plain.length, valid, changed: 0 });
    expect(rows).toBe(ROWS);
    expect(valid).toBeLessThan(ROWS);
  });

  test('of which some rows changed is the same but for these, and they are as many as is said', async () => {
    const itemsOf = async (bytes: Buffer): Promise<Map<number, string>> => {
      const { rows } = await readFrom(pieces(bytes));
      return new Map(rows.map((row) => [row.row, row.kind === 'valid' ? JSON.stringify(row.data) : '']));
    };
    const [before, after] = [await itemsOf(plain), await itemsOf(changed)];
    const others = [...after].filter(([row, item]) => before.get(row) !== item);
    expect(after.size).toBe(before.size);
    expect(others).toHaveLength(written.changed.changed);
    expect(others.length).toBeGreaterThan(0.4 * ROWS);
    expect(others.filter(([, item]) => item === '')).toEqual([]);
    expect(written.changed.valid).toBe(written.plain.valid);
  });
});
