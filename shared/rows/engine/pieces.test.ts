import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { LOOK_BACK } from '../approach.ts';
import type { RowResult } from '../finding.ts';
import type { Limits } from '../limits.ts';
import { type FirstPiece, follow, further, type Mark, summaryOf } from '../shards.ts';
import { fileOf, header, pieces, productLine } from '../testing.ts';
import { damaged, feed } from './generated.ts';
import { readItemsOfPiece } from './read-items.ts';
import { type AllRead, readAll, readItemsFrom, settled } from './testing.ts';

interface How {
  /** How far before a cut a piece begins to look for a row. */
  lookBack?: number;
  limits?: Partial<Limits>;
  declaredRows?: number;
}

type ReadPiece = AllRead<FirstPiece>;

/** That an id came before is told within a piece alone. */
const withoutRepeats = (read: AllRead): AllRead => ({
  ...read,
  told: read.told
    .map((row): RowResult => ({ ...row, findings: row.findings.filter(({ code }) => code !== 'duplicate-id') }))
    .filter(({ kind, findings }) => kind === 'rejected' || findings.length > 0),
});

const joined = (all: readonly ReadPiece[], declaredRows: number | undefined): AllRead => {
  const rows: AllRead['rows'] = [];
  const told: RowResult[] = [];
  let lines = 0;
  for (const piece of all) {
    const before = rows.length;
    rows.push(...piece.rows.map((row) => ({ ...row, row: row.row + before, line: row.line + lines })));
    told.push(
      ...piece.told.map((row) => ({
        ...row,
        row: row.row + before,
        line: row.line + lines,
        findings: row.findings.map((found) => further(found, lines, before)),
      })),
    );
    lines += piece.summary.lines;
  }
  return settled({
    rows,
    told,
    summary: summaryOf(
      all.map(({ summary }) => summary),
      declaredRows,
    ),
  });
};

/** Reads a file cut there, each piece by a guess, and those that were wrong once more. `again`: how many these were. */
const readInPieces = async (
  bytes: Buffer,
  cuts: readonly number[],
  // A small block is made sooner.
  { lookBack = LOOK_BACK, limits = { blockBytes: 4_096 }, declaredRows }: How = {},
): Promise<AllRead & { again: number }> => {
  const source = (from: number) => pieces(bytes.subarray(from), 1_000);
  const first = { kind: 'first', key: 'data/a.csv', until: 0 } as const;
  const head = await readAll(readItemsOfPiece(source(0), first, { mappingVersion: 1, limits }));
  const { layout } = head.summary;
  const all: ReadPiece[] = [head];
  let again = 0;
  let end: Mark | undefined = head.summary.end;
  if (layout !== undefined) {
    for (const [n, from] of [0, ...cuts].entries()) {
      if (all.at(-1)?.summary.refused) break;
      const read = (begin: number | Mark) => {
        const base = Math.max(0, typeof begin === 'number' ? begin - lookBack : begin.at - 1);
        const until = cuts[n] ?? Number.POSITIVE_INFINITY;
        const piece = { kind: 'later', layout, base, from: begin, until } as const;
        return readAll(readItemsOfPiece(source(base), piece, { mappingVersion: 1, limits }));
      };
      let piece: ReadPiece = await read(n === 0 ? end! : from);
      if (follow(end!, piece.summary) === undefined) {
        again++;
        piece = await read(end!);
      }
      end = follow(end!, piece.summary);
      all.push(piece);
    }
  }
  return { ...joined(all, declaredRows), again };
};

const mustBeTheSame = (cut: unknown, inPieces: AllRead, whole: AllRead): void => {
  const { rows, told, summary } = withoutRepeats(inPieces);
  if (!isDeepStrictEqual({ rows, told, summary }, whole))
    expect({ cut, rows, told, summary }).toEqual({ cut, ...whole });
};

const readWhole = async (bytes: Buffer, { limits = {}, declaredRows }: How = {}): Promise<AllRead> =>
  withoutRepeats(settled(await readItemsFrom(pieces(bytes), { limits, ...(declaredRows && { declaredRows }) })));

const line = (id: string, title: string) => productLine(id, { title });
/** A text whose lines read as rows. */
const rowsInside = `"Not rows:\n${line('x1', 'No')}\n${line('x2', 'No')}\n${line('x3', 'No')}\nend"`;

const feeds: Record<string, string> = {
  'plain rows': fileOf(line('1', 'Cup'), line('2', 'Mug'), line('3', 'Jug')),
  'CRLF, and a comment before the header': `# Template\r\n${fileOf(line('1', 'Cup'), line('2', 'Mug')).replaceAll('\n', '\r\n')}`,
  'CR alone': fileOf(line('1', 'Cup'), line('2', 'Mug')).replaceAll('\n', '\r'),
  'blank lines': `\n\n${fileOf(line('1', 'Cup'), '', '  ', '', line('2', 'Mug'), '', '')}`,
  'line feeds in quotes': fileOf(line('1', '"Cup\nof\r\nchina\n"'), line('2', '"\n\n"'), line('3', 'Jug')),
  'doubled quotes': fileOf(line('1', '"27"" tv"'), line('2', '""""'), line('3', '"""a"",""b"""'), line('4', 'Jug')),
  'bare quotes': fileOf(line('1', '27" tv'), line('2', 'a"b"c'), line('3', 'Jug')),
  'wrong quotes': fileOf(line('1', '"Cup"x'), line('2', 'Mug'), line('3', '"Jug'), line('4', 'Pot'), line('5', 'Pan')),
  'a quote that is never closed': fileOf(line('1', 'Cup'), line('2', '"Mug'), 'and, so on', 'and on'),
  'texts that look like rows': fileOf(line('1', 'Cup'), line('2', rowsInside), line('3', 'Jug'), line('4', 'Pot')),
  'a text whose last line looks like a row': fileOf(line('1', `"Cup\n${line('x', 'No')}"`), line('2', 'Mug')),
  'letters of several bytes': fileOf(
    line('1', 'كوب شاي'),
    line('2', '陶器の'),
    line('3', '"🍵\n🍵"'),
    line('4', 'ŁÓDŹ'),
  ),
  'rows with too few and too many cells': fileOf(
    line('1', 'Cup'),
    'a,b',
    line('2', 'a,b'),
    '"a\nb",c',
    line('3', 'Jug'),
  ),
  'rejected rows, ids that cannot be read, ids that come again': fileOf(
    line('1', ''),
    line('', 'Mug'),
    line('1', 'Cup'),
    line('1', 'CUP OF CHINA'),
    line('2', 'Jug'),
  ),
  'no line end at the end': fileOf(line('1', 'Cup'), line('2', 'Mug')).trimEnd(),
  'an end in the middle of a row': fileOf(line('1', 'Cup'), line('2', 'Mug')).slice(0, -30),
  'a header and no rows': fileOf(),
  'a missing column': fileOf(line('1', 'Cup')).replace('brand', 'make'),
  'no header': '\n\n',
};
const bytesOf = (name: string): Buffer => Buffer.from(feeds[name]!);
const withBadBytes = Buffer.concat([
  Buffer.from(fileOf(line('1', 'Cup'), line('2', 'Mug'))),
  Buffer.from([0xff, 10]),
  Buffer.from(line('3', 'Jug')),
]);
const tornInALetter = Buffer.from(fileOf(line('1', 'Cup'), line('2', 'Mug 🍵'))).subarray(0, -110);

describe('a file that is cut at any byte comes to the same as in one go:', () => {
  const all: [string, Buffer][] = [
    ...Object.keys(feeds).map((name): [string, Buffer] => [name, bytesOf(name)]),
    ['bytes that are not UTF-8', withBadBytes],
    ['an end in the middle of a letter', tornInALetter],
  ];
  test.each(all)('%s', async (_name, bytes) => {
    const whole = await readWhole(bytes);
    for (let cut = 1; cut < bytes.length; cut++) {
      mustBeTheSame(cut, await readInPieces(bytes, [cut]), whole);
      mustBeTheSame(cut, await readInPieces(bytes, [cut], { lookBack: 30 }), whole);
    }
  });

  test.each(all)('%s, in three', async (_name, bytes) => {
    const whole = await readWhole(bytes);
    for (let cut = 1; cut < bytes.length; cut += 7) {
      const other = (cut * 31) % bytes.length || 1;
      const cuts = [Math.min(cut, other), Math.max(cut, other)];
      mustBeTheSame(cuts, await readInPieces(bytes, cuts, { lookBack: 200 }), whole);
    }
  });

  test.each([2, 3, 4])('when %d rows were declared', async (declaredRows) => {
    const bytes = bytesOf('plain rows');
    const whole = await readWhole(bytes, { declaredRows });
    mustBeTheSame(null, await readInPieces(bytes, [300], { declaredRows }), whole);
  });
});

describe('where a piece begins is a guess', () => {
  test('that is right, wherever an ordinary file is cut', async () => {
    const bytes = bytesOf('letters of several bytes');
    for (let cut = 1; cut < bytes.length; cut++) expect((await readInPieces(bytes, [cut])).again).toBe(0);
  });

  test('that is right in a text whose lines are rows, as long as a row before it is looked at', async () => {
    const bytes = bytesOf('texts that look like rows');
    const cut = bytes.indexOf('x2,No');
    expect((await readInPieces(bytes, [cut])).again).toBe(0);
  });

  test('and else read once more from the right place', async () => {
    const bytes = bytesOf('texts that look like rows');
    const cut = bytes.indexOf('x2,No');
    const read = await readInPieces(bytes, [cut], { lookBack: 30 });
    expect(read.again).toBe(1);
    mustBeTheSame(cut, read, await readWhole(bytes));
  });

  test('that knows rows by their addresses, not by their commas alone', async () => {
    const list = 'a,b,c,d,e,f,g,h,i,j\n'.repeat(30);
    const bytes = Buffer.from(fileOf(line('1', `"Letters:\n${list}"`), line('2', 'Jug'), line('3', 'Pot')));
    const cut = bytes.indexOf('e,f,g', 300);
    expect((await readInPieces(bytes, [cut], { lookBack: 30 })).again).toBe(0);
  });

  test('and where nothing looks like a row, too', async () => {
    const text = `${header}\n${line('1', 'Cup')}\n${'a,b\n'.repeat(300)}${line('2', 'Mug')}\n`;
    const bytes = Buffer.from(text);
    const read = await readInPieces(bytes, [600, 900], { lookBack: 10 });
    mustBeTheSame(null, read, await readWhole(bytes));
  });
});

describe('a piece follows another', () => {
  const mark = (at: number, more: Partial<Mark> = {}): Mark => ({ at, lost: false, spent: 0, ...more });
  const MOST = 16 * 1024 * 1024;
  test.each<[string, Mark, Mark, Mark, Mark | undefined]>([
    ['when it begins where that one ends', mark(10), mark(10), mark(20), mark(20)],
    ['not when it begins behind', mark(10), mark(11), mark(20), undefined],
    ['not when it begins before', mark(10), mark(9), mark(20), undefined],
    ['not when it did not know of a fault', mark(10, { lost: true }), mark(10), mark(20), undefined],
    [
      'and adds to what was looked at again',
      mark(10, { spent: 5 }),
      mark(10),
      mark(20, { spent: 7 }),
      mark(20, { spent: 12 }),
    ],
    [
      'which it may have known already',
      mark(10, { spent: MOST + 100 }),
      mark(10, { spent: MOST + 100 }),
      mark(20, { spent: MOST + 107 }),
      mark(20, { spent: MOST + 107 }),
    ],
    ['unless together that is too much', mark(10, { spent: MOST + 34 }), mark(10), mark(20, { spent: 7 }), undefined],
  ])('%s', (_when, before, begin, end, expected) => expect(follow(before, { begin, end })).toEqual(expected));
});

test('an id that comes again within a piece is told with the lines of the file', async () => {
  const bytes = Buffer.from(fileOf(line('1', 'Cup'), line('1', 'Mug'), line('2', 'Jug'), line('2', 'Pot')));
  const { told } = await readInPieces(bytes, [bytes.indexOf('2,Jug')]);
  expect(told.map(({ line: at, row, findings }) => [at, row, findings.map(({ message }) => message)])).toEqual([
    [3, 2, ['The id "1" is in line 2 already.']],
    [5, 4, ['The id "2" is in line 4 already.']],
  ]);
});

const cases = Number(process.env.ENGINE_CASES ?? 2_000);
jest.setTimeout(60_000 + 20 * cases);

/** Cuts of a file of so many bytes, from three numbers. */
const cutsOf = (length: number, places: readonly number[]): number[] =>
  [...new Set(places.map((place) => 1 + (place % Math.max(1, length - 1))))].sort((a, b) => a - b);

test.each<[string, fc.Arbitrary<Buffer>]>([
  ['any feed', feed.map(({ bytes }) => bytes)],
  [
    'several feeds behind each other',
    fc.array(feed, { minLength: 2, maxLength: 4 }).map((all) => Buffer.concat(all.map(({ bytes }) => bytes))),
  ],
  ['damaged ones', damaged],
])('of %s, cut anywhere, pieces come to the same as one go', async (_which, given) => {
  const seen = { again: 0, pieces: 0 };
  await fc.assert(
    fc.asyncProperty(
      given,
      fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(0, 1, 50, 300, 1_000),
      fc.constantFrom(61, 400, 2_000),
      fc.constantFrom(200, 500, 1_048_576),
      async (bytes, places, lookBack, blockBytes, recordBytes) => {
        const how = { lookBack, limits: { blockBytes, recordBytes } };
        const cuts = cutsOf(bytes.length, places);
        const read = await readInPieces(bytes, cuts, how);
        mustBeTheSame(cuts, read, await readWhole(bytes, how));
        seen.again += read.again;
        seen.pieces += cuts.length;
      },
    ),
    { numRuns: cases / 4 },
  );
  // Or the test says little.
  expect(seen.again).toBeGreaterThan(0);
  expect(seen.again).toBeLessThan(seen.pieces);
});
