import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { extraColumns, requiredColumns } from '../../../shared/rows/contract.ts';
import { type ReadOptions, readRows } from '../../../shared/rows/read-rows.ts';
import { randomOf, seedOf } from '../random.ts';
import { must, pure, type Target } from '../target.ts';
import { anySplit, checkReading, inPieces, kindOf, type ReadAll, type Reader, readAll } from './read-all.ts';
import { words } from './words.ts';

const names = [...requiredColumns, ...extraColumns].map(({ name }) => name);
const values = [
  'in stock',
  '12.50 EUR',
  '1.00 JPY',
  'new',
  'https://s.example/a,b.jpg',
  "['a','b']",
  '2026-11-20T00:00+01:00/2026-11-30T23:59+01:00',
  '2026-02-30',
  '4006381333931',
  '8.8E+12',
  '#REF!',
  'LEATHER BOOTS',
  '1.5 kg',
  '=1+1',
];
const signs = ['"', '""', '"""', ',', ',,', '","', '"\n', '\n"', ';', '#', '"#', "'", '\n\n', ',"', '",', ' "'];

const isPacked = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

const KEY = 'data/a.csv';
/** Reading byte by byte, and in many small blocks, is for small files. */
const SMALL = 8_192;

/** Deflate packs a byte into a thousandth of it at most. */
const mostUnpacked = (input: Buffer): number => (isPacked(input) ? 1_032 : 1) * input.length;
const linesOf = (bytes: Buffer): number =>
  isPacked(bytes) ? mostUnpacked(bytes) : (bytes.toString('latin1').match(/\r\n|\r|\n/g)?.length ?? 0) + 1;

/** Rows given before a file turns out to be unusable are to be dropped: how many there were is no part of the result. */
const resultOf = ({ rows, summary }: ReadAll) => (summary.usable ? { rows, summary } : { rows: [], summary });

const mustEqual = (a: ReadAll, b: ReadAll, property: string): void =>
  must(
    isDeepStrictEqual(resultOf(a), resultOf(b)),
    property,
    () => `${JSON.stringify(resultOf(a)).slice(0, 2_000)}\nand\n${JSON.stringify(resultOf(b)).slice(0, 2_000)}`,
  );

/** The CSV reader. Another one is given by the test that sees this target fail. */
export const csv = (reader: Reader = readRows): Target => {
  const read = (bytes: Uint8Array, sizes: () => number, options: Partial<ReadOptions> = {}) =>
    readAll(reader, inPieces(bytes, sizes), { key: KEY, ...options });
  const atOnce = (bytes: Uint8Array) => () => Math.max(1, bytes.length);

  /** The same bytes, arriving otherwise and looked at in other blocks. */
  const checkChunks = async (input: Buffer, whole: ReadAll): Promise<void> => {
    const random = randomOf(seedOf(input));
    const split = anySplit(random, Math.max(64, input.length >> 3));
    mustEqual(whole, await read(input, split), 'how bytes arrive changes nothing');
    if (input.length > SMALL) return;
    const blockBytes = 1 + random.below(64);
    const inBlocks = await read(input, atOnce(input), { limits: { blockBytes } });
    mustEqual(whole, inBlocks, 'the size of blocks changes nothing');
    const limits = { recordBytes: 64 + random.below(512), columns: 10 + random.below(10), watchedIds: 3 };
    const strict = await read(input, atOnce(input), { limits });
    checkReading(strict, mostUnpacked(input), linesOf(input));
    const strictInBlocks = await read(input, atOnce(input), { limits: { ...limits, blockBytes } });
    mustEqual(strict, strictInBlocks, 'the size of blocks changes nothing under small limits');
  };

  const checkByteByByte = async (input: Buffer, whole: ReadAll): Promise<void> => {
    if (input.length <= SMALL) mustEqual(whole, await read(input, () => 1), 'how bytes arrive changes nothing');
  };

  const checkPacked = async (input: Buffer, whole: ReadAll): Promise<void> => {
    if (input.length === 0 || isPacked(input)) return;
    const packed = gzipSync(input, { level: 1 });
    for (const key of [KEY, `${KEY}.GZ`])
      mustEqual(whole, await read(packed, atOnce(packed), { key }), 'a packed file reads as the plain one');
    const plain = await read(input, atOnce(input), { key: `${KEY}.gz` });
    must(!plain.summary.usable, 'a plain file under a name of gzip is refused', () => JSON.stringify(plain.summary));
  };

  const checkDeclared = async (input: Buffer, { summary }: ReadAll): Promise<void> => {
    const more = await read(input, atOnce(input), { declaredRows: summary.rows + 1 });
    must(more.summary.cut === summary.usable, 'fewer rows than declared: the file is cut');
    const same = await read(input, atOnce(input), { declaredRows: summary.rows });
    must(same.summary.cut === summary.cut, 'as many rows as declared: the count says nothing of a cut');
  };

  /** An upload that broke off anywhere in a good file. */
  const checkCut = async (input: Buffer, whole: ReadAll): Promise<void> => {
    if (!whole.summary.usable || isPacked(input)) return;
    const random = randomOf(seedOf(input));
    const start = input.subarray(0, random.below(input.length));
    const cut = await read(start, atOnce(start));
    const codes = cut.summary.findings.map(({ code }) => code);
    must(!codes.includes('not-utf8'), 'a file that ends within a character is cut, and no other encoding');
    const ended = [10, 13].includes(start.at(-1) ?? 0);
    must(!cut.summary.usable || cut.summary.finalNewline === ended, 'a missing line end is seen');
    must(
      !cut.summary.usable || ended || codes.includes('cut-at-end'),
      'a file without its last line end is warned of',
      () => JSON.stringify(cut.summary),
    );
  };

  const checkLineEnd = async (input: Buffer, whole: ReadAll): Promise<void> => {
    const { usable, cut, finalNewline } = whole.summary;
    if (!usable || cut || finalNewline || isPacked(input)) return;
    const ended = Buffer.concat([input, Buffer.from('\n')]);
    const { rows } = await read(ended, atOnce(ended));
    // Of a row that is rejected the finding may repeat the line end.
    const valid = (all: ReadAll['rows']) => all.filter(({ kind }) => kind === 'valid');
    must(
      isDeepStrictEqual(valid(rows), valid(whole.rows)),
      'the last line end changes no row of a file that is not cut',
    );
  };

  const checkSource = async (input: Buffer): Promise<void> => {
    const lost = new Error('the connection was lost');
    let closed = 0;
    const failing = async function* () {
      try {
        yield input;
        throw lost;
      } finally {
        closed++;
      }
    };
    const told = await readAll(reader, failing(), { key: KEY }).then(
      ({ summary }) => !summary.usable,
      (error: unknown) => error === lost,
    );
    must(told, 'what the source throws goes through');
    const reading = reader(failing(), { key: KEY });
    await reading.next().catch(() => {});
    await reading.return({} as never);
    must(closed === 2, 'a source is closed, however the reading ends', () => `${closed} of 2`);
  };

  return {
    name: 'csv',
    corpus: 'csv',
    ending: '.csv',
    dictionary: [...words, ...signs, ...signs, ...names, ...values],
    largest: 100_000,
    testRuns: 1_500,
    // It is read some ten times over.
    longestMs: 6_000,
    open: pure(async (input, turn) => {
      const whole = await read(input, atOnce(input));
      checkReading(whole, mostUnpacked(input), linesOf(input));
      await checkChunks(input, whole);
      const further = [checkByteByByte, checkPacked, checkDeclared, checkCut, checkLineEnd, checkSource];
      for (const [n, check] of further.entries())
        if (turn === undefined || turn % further.length === n) await check(input, whole);
      return kindOf(whole);
    }),
  };
};
