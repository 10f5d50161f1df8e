import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type BytesEnd, openBytes } from '../../../shared/rows/bytes.ts';
import { defaultLimits, type Limits } from '../../../shared/rows/limits.ts';
import { readRows } from '../../../shared/rows/read-rows.ts';
import { type Random, randomOf, seedOf } from '../random.ts';
import { must, pure, size, type Target } from '../target.ts';
import { anySplit, checkReading, inPieces, kindOf, readAll } from './read-all.ts';
import { words } from './words.ts';

const KEY = 'data/a.csv.gz';
/** Small, so that a small bomb is one. */
const limits: Limits = { ...defaultLimits, fileBytes: 200_000, ratio: 50, ratioFrom: 32_768, blockBytes: 4_096 };
const largestPlain = 4_000_000;

type Oracle = { kind: 'whole'; plain: Buffer } | { kind: 'broken' } | { kind: 'larger' };

/** What the library makes of all bytes at once. */
const unpackedAtOnce = (input: Buffer): Oracle => {
  try {
    return { kind: 'whole', plain: gunzipSync(input, { maxOutputLength: largestPlain }) };
  } catch (error) {
    return { kind: (error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'larger' : 'broken' };
  }
};

const collected = async (source: AsyncIterable<Uint8Array>): Promise<{ plain: Buffer; end: BytesEnd }> => {
  const bytes = openBytes(source, KEY, limits);
  const blocks: Buffer[] = [];
  for (;;) {
    const next = await bytes.next();
    if (next.done === true) return { plain: Buffer.concat(blocks), end: next.value };
    // A block is good until the next one is asked for.
    blocks.push(Buffer.from(next.value));
  }
};

const checkAgainst = (oracle: Oracle, { plain, end }: Awaited<ReturnType<typeof collected>>, packed: number): void => {
  must(plain.length <= limits.fileBytes, 'no file unpacks to more than the limit', () => `${plain.length} bytes`);
  if (end.kind === 'too-large') {
    const least = oracle.kind === 'whole' ? oracle.plain.length : Number.POSITIVE_INFINITY;
    must(
      least > Math.min(limits.ratioFrom, limits.fileBytes),
      'only large files are too large',
      () => `${least} bytes`,
    );
    return;
  }
  must(oracle.kind === end.kind, 'a file is whole when the library says so', () => `${oracle.kind}, read ${end.kind}`);
  if (oracle.kind === 'whole') must(plain.equals(oracle.plain), 'all bytes are unpacked, and no others');
  if (plain.length > limits.ratioFrom)
    must(plain.length <= packed * limits.ratio, 'a bomb is stopped', () => `${packed} bytes became ${plain.length}`);
};

const packedAgain = (input: Buffer, random: Random): Buffer => {
  const oracle = unpackedAtOnce(input);
  if (oracle.kind !== 'whole') return input;
  const { plain } = oracle;
  const at = random.below(plain.length + 1);
  switch (random.below(5)) {
    case 0:
      // Members one behind the other are one file.
      return Buffer.concat([gzipSync(plain.subarray(0, at)), gzipSync(plain.subarray(at), { level: 0 })]);
    case 1:
      return Buffer.concat([gzipSync(plain.subarray(0, at)), input.subarray(random.below(input.length))]);
    case 2:
      return gzipSync(Buffer.concat([plain, Buffer.alloc(2 ** random.below(19), random.pick([0, 10, 34, 44, 65]))]));
    case 3:
      return gzipSync(Buffer.concat([plain.subarray(0, at), Buffer.from(random.pick(words)), plain.subarray(at)]));
    default:
      return gzipSync(plain.subarray(0, at), { level: random.below(10) });
  }
};

/** Gzip through the reader: truncated, corrupted, bombs, several members. */
export const gzip = (): Target => ({
  name: 'gzip',
  corpus: 'gzip',
  ending: '.csv.gz',
  dictionary: [
    Buffer.of(0x1f, 0x8b),
    Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3),
    gzipSync(''),
    gzipSync('id,title\n'),
    gzipSync(Buffer.alloc(300_000)),
    gzipSync(gzipSync('twice packed')),
    Buffer.alloc(600),
    Buffer.of(0),
    ...words,
  ],
  largest: 60_000,
  testRuns: 300,
  reshape: packedAgain,
  open: pure(async (input) => {
    const random = randomOf(seedOf(input));
    const whole = () => Math.max(1, input.length);
    const opened = await collected(inPieces(input, whole));
    if (input.length > 0) checkAgainst(unpackedAtOnce(input), opened, input.length);
    const split = anySplit(random, Math.max(64, input.length >> 2));
    must(isDeepStrictEqual(opened, await collected(inPieces(input, split))), 'how packed bytes arrive changes nothing');
    const read = await readAll(readRows, inPieces(input, whole), { key: KEY, limits });
    const { plain, end } = opened;
    checkReading(read, plain.length, plain.length + 1);
    if (read.summary.usable) {
      must(end.kind !== 'too-large', 'a bomb is not used');
      must(end.kind !== 'broken' || read.summary.cut, 'a broken file is cut, so that it deletes nothing');
    }
    const again = await readAll(readRows, inPieces(input, split), { key: KEY, limits });
    must(isDeepStrictEqual(read, again), 'how packed bytes arrive changes nothing');
    return `${end.kind} ${size(plain.length)} ${kindOf(read)}`;
  }),
});
