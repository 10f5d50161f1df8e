import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openJournal } from './journal.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(dir, { recursive: true }));

interface Entry {
  id: string;
  body: string;
}

test('a journal gives back what is not done, oldest first', () => {
  const file = join(dir, 'deeper', 'journal.jsonl');
  const journal = openJournal<Entry>(file);
  journal.add(['a', 'b', 'c'].map((id) => ({ id, body: `of ${id}\n` })));
  journal.done('b');
  journal.done('no such entry');
  expect(journal.entries().map(({ id }) => id)).toEqual(['a', 'c']);
  journal.close();
  const again = openJournal<Entry>(file);
  expect(again.entries()).toEqual([
    { id: 'a', body: 'of a\n' },
    { id: 'c', body: 'of c\n' },
  ]);
  again.close();
});

test('a journal does not grow with what is done', async () => {
  const file = join(dir, 'journal.jsonl');
  const journal = openJournal<Entry>(file);
  const body = 'x'.repeat(1024 * 1024);
  journal.add([{ id: 'stays', body: 'small' }]);
  for (let n = 0; n < 20; n++) {
    journal.add([{ id: `${n}`, body }]);
    journal.done(`${n}`);
    await nextTurn();
    await nextTurn();
  }
  expect((await stat(file)).size).toBeLessThan(10 * 1024 * 1024);
  journal.add([{ id: 'later', body: 'small' }]);
  journal.close();
  const again = openJournal<Entry>(file);
  expect(again.entries().map(({ id }) => id)).toEqual(['stays', 'later']);
  again.close();
});
