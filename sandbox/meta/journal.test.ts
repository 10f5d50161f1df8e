import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Journal, openJournal } from './journal.ts';
import type { Place } from './place.ts';

interface Head {
  name: string;
}
interface Opened {
  journal: Journal<Head>;
  /** What was in it, as name and texts. */
  held: [string, string[]][];
  /** The places of its texts, by name. */
  places: Map<string, Place[]>;
}

let dir: string;
let path: string;
let opened: Journal<Head>[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'journal-'));
  path = join(dir, 'journal.ndjson');
  opened = [];
});
afterEach(() => {
  for (const journal of opened) journal.close();
  rmSync(dir, { recursive: true });
});

const open = (): Opened => {
  const places = new Map<string, Place[]>();
  const journal = openJournal<Head>(path, ({ name }, at) => places.set(name, at));
  opened.push(journal);
  return { journal, places, held: [...places].map(([name, at]) => [name, journal.read(at)]) };
};
const content = (): string => readFileSync(path, 'utf8');

const SHOES = ['{"id":"a"}', '{"id":"é – 靴"}', ''];

describe('a journal', () => {
  test('gives back heads and texts, to who wrote them and to who opens it next', () => {
    const { journal } = open();
    const places = journal.append({ name: 'shoes' }, SHOES);
    journal.append({ name: 'nothing' });
    const [hat] = journal.append({ name: 'hats' }, ['{"id":"b"}']);
    expect(journal.read(places)).toEqual(SHOES);
    expect(journal.read([hat!, places[1]!, places[0]!])).toEqual(['{"id":"b"}', SHOES[1], SHOES[0]]);
    expect(open().held).toEqual([
      ['shoes', SHOES],
      ['nothing', []],
      ['hats', ['{"id":"b"}']],
    ]);
  });

  test('is opened without a look at its texts, however long heads and texts are', () => {
    const long = 'x'.repeat(3_000_000);
    open().journal.append({ name: long }, [long, '{"id":"a"}']);
    open().journal.append({ name: 'next' });
    // Were they looked at, they would be no JSON and have no end.
    writeFileSync(path, content().replace(`\n${long}\n{"id":"a"}\n`, `\n${'\0'.repeat(long.length + 12)}`));
    expect([...open().places.keys()]).toEqual([long, 'next']);
  });

  test('is no longer read or written when it is closed', () => {
    const journal = openJournal<Head>(path, () => undefined);
    const places = journal.append({ name: 'shoes' }, SHOES);
    journal.close();
    expect(() => journal.read(places)).toThrow('is closed');
    expect(() => journal.append({ name: 'hats' })).toThrow('is closed');
  });
});

describe('a journal whose writer was killed', () => {
  test('has all records but the one that was not written to its end, wherever that was cut', () => {
    open().journal.append({ name: 'shoes' }, SHOES);
    const before = statSync(path).size;
    open().journal.append({ name: 'hats' }, ['{"id":"b"}', '{"id":"c"}']);
    const all = readFileSync(path);
    for (let cut = before; cut < all.length; cut += 1) {
      writeFileSync(path, all.subarray(0, cut));
      const { journal, held } = open();
      expect([cut, held]).toEqual([cut, [['shoes', SHOES]]]);
      journal.append({ name: 'bags' }, ['{"id":"d"}']);
      expect(open().held).toEqual([
        ['shoes', SHOES],
        ['bags', ['{"id":"d"}']],
      ]);
    }
    expect(all.length - before).toBeGreaterThan(40);
  });

  test('begins anew if not even the first line was written to its end', () => {
    open();
    const all = readFileSync(path);
    for (let cut = 0; cut <= all.length; cut += 1) {
      writeFileSync(path, all.subarray(0, cut));
      open().journal.append({ name: 'shoes' }, SHOES);
      expect(open().held).toEqual([['shoes', SHOES]]);
    }
  });

  test('while it was rewritten is the old one, and what was written beside is removed', () => {
    open().journal.append({ name: 'shoes' }, SHOES);
    writeFileSync(`${path}.new`, content().slice(0, -10));
    expect(open().held).toEqual([['shoes', SHOES]]);
    expect(readdirSync(dir)).toEqual(['journal.ndjson']);
  });
});

describe('a rewritten journal', () => {
  test('holds what it was given, at places that moved along, and can be added to', () => {
    const { journal } = open();
    const first = journal.append({ name: 'shoes' }, SHOES);
    const second = journal.append({ name: 'hats' }, ['{"id":"b"}', '{"id":"c"}']);
    const kept = [second[1]!, first[0]!, first[1]!];
    const before = journal.bytes;
    journal.rewrite([
      { head: { name: 'kept' }, places: kept },
      { head: { name: 'bare' }, places: [] },
    ]);
    expect(journal.bytes).toBeLessThan(before);
    expect(journal.bytes).toBe(statSync(path).size);
    const texts = ['{"id":"c"}', SHOES[0], SHOES[1]];
    expect(journal.read(kept)).toEqual(texts);
    const [bag] = journal.append({ name: 'bags' }, ['{"id":"d"}']);
    expect(journal.read([bag!])).toEqual(['{"id":"d"}']);
    expect(open().held).toEqual([
      ['kept', texts],
      ['bare', []],
      ['bags', ['{"id":"d"}']],
    ]);
  });
});

describe('a file that is no journal of this format', () => {
  test.each([
    ['of an earlier version', '{"t":"called","catalog":"1042","bucket":"catalog_batch","at":1}\n', 'another version'],
    ['of a later version', '{"journal":"emulator of Meta","format":3}\n', 'another version'],
    ['of something else', 'id,title\n', 'another version'],
    ['damaged', '{"journal":"emulator of Meta","format":2}\n{"name":"shoes"\n', 'damaged at byte 42'],
  ])('%s is refused by its name, and left as it is', (_what, text, reason) => {
    writeFileSync(path, text);
    expect(open).toThrow(reason);
    expect(open).toThrow(path);
    expect(content()).toBe(text);
  });
});
