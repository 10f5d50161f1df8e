import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { command, lastLine } from './harness/command-line.ts';
import { contentsOf } from './harness/contents.ts';
import { csv, product, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';
import { tablesOf } from './harness/tables.ts';

interface Planned {
  creates: number;
  updates: number;
  deletes: number;
  unchanged: number;
  rejected: number;
  calls: number;
  risks: { kind: string; share: number; count: number; limit: number }[];
  samples: { id: string; kind: string; before: object | null; after: object | null }[];
  warnings: string[];
  findings: string[];
}

let sandbox: Sandbox;

beforeAll(async () => {
  // Calls of three items, so that there are several.
  sandbox = await openSandbox({ catalogs: { default: { metaCatalogId: '1000000000000001', maxItems: 3 } } });
});
afterAll(() => sandbox?.end());

/** All that a sync would leave a trace in. */
const traces = async () => ({
  contents: await contentsOf(sandbox.info),
  ingest: await tablesOf(sandbox.info).items('ingest'),
  transform: (await tablesOf(sandbox.info).items('transform')).filter(({ pk }) => pk.startsWith('p')).length,
  calls: (await sandbox.meta().calls()).length,
});
const written = (files: Record<string, string>) =>
  Promise.all(Object.entries(files).map(([name, text]) => sandbox.file(name, text)));
/** Looks first, and sees that this left nothing. */
const planned = async (words: string[]) => {
  const before = await traces();
  const answer = await sandbox.command<Planned>(['plan', ...words]);
  expect(await traces()).toEqual(before);
  return answer;
};

const SHELVES = products('shelf', 8);
const dearer = (...places: number[]) =>
  SHELVES.map((shelf, place) => (places.includes(place) ? { ...shelf, price: '99.00 EUR' } : shelf));

test.each<[string, Record<string, string>, string[], Partial<Planned>]>([
  ['a first feed', { 'a.csv': csv(SHELVES) }, ['--full'], { creates: 8, calls: 3 }],
  [
    'two files that overlap, with a bad row',
    {
      'a.csv': csv([...dearer(0, 1).slice(0, 4), product('bad', { price: 'much' })]),
      'b.csv': csv([...SHELVES.slice(1, 3), ...products('desk', 2)]),
    },
    [],
    { creates: 2, updates: 1, unchanged: 3, rejected: 1, calls: 1 },
  ],
  [
    'a whole feed that leaves some out',
    { 'a.csv': csv(dearer(0, 7)) },
    ['--full'],
    { updates: 1, deletes: 2, unchanged: 7, calls: 1 },
  ],
  ['the same again', { 'a.csv': csv(dearer(0, 7)) }, ['--full'], { unchanged: 8, calls: 0 }],
  ['a file that is refused', { 'a.csv': 'id,title\n1,Boots\n' }, [], { calls: 0 }],
])('%s: the run does exactly what the plan said', async (_what, files, words, expected) => {
  const paths = await written(files);
  const plan = await planned([...paths, ...words]);
  const { creates, updates, deletes, unchanged, rejected, calls } = plan.result;
  const none = { creates: 0, updates: 0, deletes: 0, unchanged: 0, rejected: 0 };
  expect({ creates, updates, deletes, unchanged, rejected, calls }).toEqual({ ...none, ...expected });

  const { exit, result } = await sandbox.run([...paths, ...words]);
  expect(plan.exit).toBe(exit);
  expect(result).toMatchObject({
    items: { sent: creates + updates, deleted: deletes },
    rows: { unchanged, rejected },
  });
  expect(result.batches).toHaveLength(calls);
});

test('what is shown of it is the offer before and after, and nothing that could steer a terminal', async () => {
  const [file = ''] = await written({ 'a.csv': csv([...dearer(1), product('lamp', { brand: '\u202eevil' })]) });
  const { result } = await planned([file]);
  expect(result.samples.map(({ id, kind }) => `${kind} ${id}`)).toEqual([
    'update shelf-1',
    'update shelf-2',
    'update shelf-8',
    'create lamp',
  ]);
  expect(result.samples).toContainEqual({
    id: 'shelf-2',
    kind: 'update',
    before: { price: '89.00 EUR', availability: 'in stock' },
    after: { price: '99.00 EUR', availability: 'in stock' },
  });
  const { stdout } = await command(['plan', file, '--data-dir', sandbox.dataDir]);
  expect(stdout).toContain('update shelf-2: 89.00 EUR, in stock → 99.00 EUR, in stock');
  expect(stdout).toContain('\\u202eevil: 1 create');
  expect(stdout).not.toContain('\u202e');
});

test.each([
  ['cut in the middle of a row', csv(SHELVES.slice(0, 2)).slice(0, -90)],
  ['empty', ''],
  ['a header alone', csv([])],
])('a whole feed that is %s deletes nothing, by the plan and by the run', async (_what, text) => {
  const held = (await sandbox.meta().items()).map(({ id }) => id);
  const [file = ''] = await written({ 'a.csv': text });
  expect(await planned([file, '--full'])).toMatchObject({ exit: 2, result: { deletes: 0, risks: [] } });
  expect(await sandbox.run([file, '--full'])).toMatchObject({ exit: 2, result: { items: { deleted: 0 } } });
  expect((await sandbox.meta().items()).map(({ id }) => id)).toEqual(held);
});

test('what would be held is said with the limit', async () => {
  await sandbox.run(await written({ 'many.csv': csv(products('chair', 14)) }));
  const [file = ''] = await written({ 'few.csv': csv(products('chair', 2)) });
  const { exit, result } = await planned([file, '--full']);
  expect(exit).toBe(2);
  expect(result.risks).toMatchObject([{ kind: 'deletes', count: 20, limit: 10, share: 20 / 22 }]);
});

test('with nobody running it says the same, and starts nothing; without a folder it is that of a first sync', async () => {
  const [file = ''] = await written({ 'a.csv': csv([...dearer(1, 2), ...products('lamp', 2)]) });
  const running = await planned([file]);
  const { stderr } = running;
  await sandbox.stop();
  const stopped = await sandbox.command<Planned>(['plan', file]);
  expect({ exit: stopped.exit, result: stopped.result }).toEqual({ exit: running.exit, result: running.result });
  expect(stopped.stderr).toBe(stderr);
  expect(running.result).toMatchObject({ creates: 2, updates: 3, unchanged: 5 });

  const nowhere = join(sandbox.folder, 'nowhere');
  const first = await command(['plan', file, '--json', '--data-dir', nowhere]);
  expect(lastLine<Planned>(first.stdout)).toMatchObject({ creates: 10, updates: 0, calls: 1 });
  await expect(access(nowhere)).rejects.toThrow('ENOENT');
});
