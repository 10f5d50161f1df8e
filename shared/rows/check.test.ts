import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type CheckedFile, checkFile } from './check.ts';
import { damaged, feed } from './engine/generated.ts';
import { fewOf } from './few.ts';
import { type ReadOptions, readRows } from './read-rows.ts';
import { fileOf, pieces, productLine } from './testing.ts';

type Options = Omit<ReadOptions, 'key'>;

/** What is to be said of a file, by the reference. */
const byReference = async (bytes: Uint8Array, key: string, options: Options): Promise<CheckedFile> => {
  const few = fewOf(1_000);
  const reading = readRows(pieces(bytes), { ...options, key });
  let next = await reading.next();
  while (next.done !== true) {
    few.add(next.value.findings);
    next = await reading.next();
  }
  few.add(next.value.findings);
  const { rows, valid } = next.value;
  const findings = few.kept().map(({ retailerId: _, ...found }) => found);
  return { file: key, rows, valid, findings: findings.sort((a, b) => a.line - b.line), omitted: few.omitted() };
};
const byBoth = async (bytes: Uint8Array, key: string, options: Options = {}) => ({
  checked: await checkFile(pieces(bytes), key, options),
  expected: await byReference(bytes, key, options),
});

/** How many rows are read of a file before it turns out not to be usable says nothing: what is about these is left out. */
const comparable = ({ omitted, ...checked }: CheckedFile): object =>
  checked.rows > 0
    ? { ...checked, omitted }
    : { ...checked, findings: checked.findings.filter(({ row }) => row === null) };

const folder = join(__dirname, '../../examples');
const examples = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.csv(\.gz)?$/.test(name),
);

test('the examples are many', () => expect(examples.length).toBeGreaterThan(40));

test.each(examples)('of examples/%s is said what the reference says', async (name) => {
  const { checked, expected } = await byBoth(readFileSync(join(folder, name)), name);
  expect(checked).toEqual(expected);
});

test.each([
  ['feed', feed.map(({ bytes }): Uint8Array => bytes)],
  ['damaged feed', damaged],
])('so it is of any %s, be it read at once or bit by bit', async (_what, files) => {
  let findings = 0;
  await fc.assert(
    fc.asyncProperty(files, fc.integer({ min: 200, max: 4_000 }), async (bytes, blockBytes) => {
      const { checked, expected } = await byBoth(bytes, 'a.csv', { limits: { blockBytes } });
      expect(comparable(checked)).toEqual(comparable(expected));
      findings += checked.findings.length;
    }),
    { numRuns: 300 },
  );
  expect(findings).toBeGreaterThan(300);
});

test('of a thousand findings and more each code is listed, and the others are counted', async () => {
  const bad = Array.from({ length: 1_100 }, (_, n) => productLine(`sku-${n}`, { price: 'much' }));
  const bytes = Buffer.from(fileOf(...bad, productLine('last', { title: ' ' })));
  const { checked, expected } = await byBoth(bytes, 'a.csv');
  expect(checked).toEqual(expected);
  expect([checked.findings.length, checked.findings.at(-1)?.code, checked.omitted]).toEqual([
    1_001,
    'empty-title',
    100,
  ]);
});
