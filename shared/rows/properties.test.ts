import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { header, pieces, productLine, read, readFrom } from './testing.ts';

/** Text out of which quotes, line ends and cells come often. */
const csvText = fc
  .array(
    fc.constantFrom(
      '"',
      '""',
      ',',
      '\n',
      '\r\n',
      '\r',
      'a',
      ' ',
      'é',
      '🍵',
      '\0',
      productLine('7'),
      `\n${productLine('8')}\n`,
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => `${header}\n${parts.join('')}`);

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  csvText.map((text) => Buffer.from(text)),
  fc.tuple(csvText, fc.nat(2_000), fc.uint8Array({ maxLength: 4 })).map(([text, at, bytes]) => {
    const file = Buffer.from(text);
    const cut = at % (file.length + 1);
    return Buffer.concat([file.subarray(0, cut), bytes, file.subarray(cut)]);
  }),
);

test('how the bytes arrive never changes the result', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyBytes,
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      async (bytes, zip, piece, block) => {
        const file = zip ? gzipSync(bytes) : bytes;
        const whole = await read(file);
        expect(await readFrom(pieces(file, piece))).toEqual(whole);
        const inBlocks = await read(file, { limits: { blockBytes: block } });
        // A file may turn out not to be UTF-8 after rows were given; these are to be dropped.
        expect(inBlocks.summary).toEqual(whole.summary);
        if (whole.summary.usable) expect(inBlocks.rows).toEqual(whole.rows);
      },
    ),
    { numRuns: 300 },
  );
});

test('small limits hold however the bytes arrive', async () => {
  await fc.assert(
    fc.asyncProperty(csvText, fc.integer({ min: 1, max: 40 }), async (text, block) => {
      const limits = { recordBytes: 200 };
      const whole = await read(text, { limits });
      const inBlocks = await read(text, { limits: { ...limits, blockBytes: block } });
      expect(inBlocks.summary).toEqual(whole.summary);
      if (whole.summary.usable) expect(inBlocks.rows).toEqual(whole.rows);
    }),
    { numRuns: 300 },
  );
});

test('no bytes make it throw, and the counts add up', async () => {
  await fc.assert(
    fc.asyncProperty(anyBytes, fc.constantFrom('a.csv', 'a.csv.gz'), async (bytes, key) => {
      const { rows, summary } = await read(bytes, { key });
      expect(summary.rows).toBe(summary.valid + summary.rejected);
      if (!summary.usable) return;
      expect(rows).toHaveLength(summary.rows);
      expect(rows.map(({ row }) => row)).toEqual(rows.map((_, n) => n + 1));
      expect(
        rows.every((row) => row.kind === 'valid' || row.findings.some(({ severity }) => severity === 'error')),
      ).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('cells that are quoted rightly come out as they went in', async () => {
  const cell = fc
    .array(fc.constantFrom('"', ',', '\n', '\r\n', 'a', 'é', '🍵', 'x y'), { maxLength: 8 })
    .map((parts) => `t${parts.join('')}t`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(cell, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      async (titles, end) => {
        const lines = titles.map((title, n) => productLine(String(n), { title: `"${title.replaceAll('"', '""')}"` }));
        const { rows, summary } = await read([header, ...lines, ''].join(end));
        expect(summary).toMatchObject({ valid: titles.length, rejected: 0, cut: false });
        expect(rows.map((row) => row.kind === 'valid' && row.data.title)).toEqual(titles);
      },
    ),
  );
});

test('rows begin and end where the CSV library puts them, when it accepts the file', async () => {
  await fc.assert(
    fc.asyncProperty(
      csvText.filter((text) => !text.includes('\0')),
      async (text) => {
        let expected: string[][];
        try {
          expected = parse(text, {
            relax_column_count: true,
            record_delimiter: ['\r\n', '\n', '\r'],
            skip_empty_lines: true,
          }).slice(1);
        } catch {
          return;
        }
        // A row over several lines with the wrong number of cells may be several rows: that is judged otherwise here.
        if (expected.some((cells) => cells.length !== 10 && cells.some((each) => /[\r\n]/.test(each)))) return;
        // A line of blanks is no row here, unless they are quoted: the library does not tell which it was.
        if (expected.some((cells) => cells.length === 1 && /^[ \t]+$/.test(cells[0]!))) return;
        const { rows, summary } = await read(text);
        if (!summary.usable) return;
        expect(rows.map(({ findings }) => findings.some(({ code }) => code === 'ragged-row'))).toEqual(
          expected.map(({ length }) => length !== 10),
        );
      },
    ),
    { numRuns: 500 },
  );
});
