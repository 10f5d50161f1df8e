import { createGunzip } from 'node:zlib';
import type { Limits } from './limits.ts';

/** How a file's bytes came to their end: all of them, a gzip stream that broke off, or more than is allowed. */
export type BytesEnd = { kind: 'whole' } | { kind: 'broken' } | { kind: 'too-large'; message: string };
export type Bytes = AsyncGenerator<Buffer, BytesEnd>;

const whole: BytesEnd = { kind: 'whole' };

/**
 * The same bytes in pieces of exactly `size` (the last may be shorter), so that nothing depends on how they arrive. Each
 * piece is good until the next one is asked for.
 */
async function* inBlocks(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer, void> {
  let block = Buffer.alloc(0);
  let length = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      if (length === 0 && chunk.length - at >= size) {
        yield Buffer.from(chunk.buffer, chunk.byteOffset + at, size);
        at += size;
        continue;
      }
      const taken = Math.min(size - length, chunk.length - at);
      if (length + taken > block.length) block = larger(block, length + taken, size);
      block.set(chunk.subarray(at, at + taken), length);
      length += taken;
      at += taken;
      if (length < size) continue;
      yield block;
      length = 0;
    }
  }
  if (length > 0) yield block.subarray(0, length);
}

/** The same bytes with room for `needed` and more, as far as `most`: a small file needs no large block. */
const larger = (block: Buffer, needed: number, most: number): Buffer<ArrayBuffer> => {
  const room = Buffer.alloc(Math.min(most, Math.max(needed, block.length * 2)));
  room.set(block);
  return room;
};

/** Feeds gzip blocks one by one, so that all that could be unpacked before a fault is given, and no more is held. */
async function* unpacked(blocks: AsyncIterable<Buffer>, limits: Limits): Bytes {
  const gunzip = createGunzip();
  let out: Buffer[] = [];
  let packed = 0;
  let size = 0;
  let outcome: 'going' | 'ended' | 'broken' = 'going';
  let wake = () => {};
  gunzip.on('data', (piece: Buffer) => {
    size += piece.length;
    out.push(piece);
  });
  gunzip.on('end', () => {
    outcome = 'ended';
    wake();
  });
  gunzip.on('error', () => {
    outcome = 'broken';
    wake();
  });
  const done = (act: (callback: () => void) => void) =>
    new Promise<void>((resolve) => {
      wake = resolve;
      act(resolve);
    });
  const state = () => outcome;
  const taken = () => {
    const pieces = out;
    out = [];
    return pieces;
  };
  const excess = (): BytesEnd | undefined =>
    size > limits.ratioFrom && size > packed * limits.ratio
      ? { kind: 'too-large', message: `The file unpacks to more than ${limits.ratio} times its size.` }
      : undefined;

  try {
    for await (const block of blocks) {
      packed += block.length;
      await done((callback) => gunzip.write(block, callback));
      const tooLarge = excess();
      if (tooLarge !== undefined) return tooLarge;
      yield* taken();
      if (state() !== 'going') break;
    }
    if (state() === 'going') {
      await done(() => gunzip.end());
      yield* taken();
    }
    return state() === 'broken' ? { kind: 'broken' } : whole;
  } finally {
    gunzip.destroy();
  }
}

export const tooLarge = ({ fileBytes }: Limits): string => `The file holds more than ${fileBytes} bytes.`;

/** Gzip by its first bytes, or because the key says so. */
export const isGzip = (first: Uint8Array, key: string): boolean =>
  (first[0] === 0x1f && first[1] === 0x8b) || (key.toLowerCase().endsWith('.gz') && first.length > 0);

// Packed blocks are small: one of them may unpack to a thousand times its size before the ratio is looked at.
const packedBlockBytes = 16_384;

/** The first two bytes and perhaps more, or all there are: they tell a gzip file. */
const startOf = async (source: AsyncIterator<Uint8Array>): Promise<Buffer> => {
  let start = Buffer.alloc(0);
  while (start.length < 2) {
    const next = await source.next();
    if (next.done === true) return start;
    start = Buffer.concat([start, next.value]);
  }
  return start;
};

async function* again(first: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/**
 * A landed file's bytes, unpacked, in blocks of exactly `limits.blockBytes`, each good until the next one is asked for.
 * Throws only what the source throws; what is wrong with the bytes is said by the value at the end.
 * @param key null: they are known not to be packed
 */
export async function* openBytes(source: AsyncIterable<Uint8Array>, key: string | null, limits: Limits): Bytes {
  const arriving = source[Symbol.asyncIterator]();
  try {
    const first = await startOf(arriving);
    const all = again(first, arriving);
    let end: BytesEnd = whole;
    async function* plain(): AsyncGenerator<Uint8Array, void> {
      end = yield* unpacked(inBlocks(all, packedBlockBytes), limits);
    }
    let size = 0;
    for await (const block of inBlocks(key !== null && isGzip(first, key) ? plain() : all, limits.blockBytes)) {
      size += block.length;
      if (size > limits.fileBytes) return { kind: 'too-large', message: tooLarge(limits) };
      yield block;
    }
    return end;
  } finally {
    await arriving.return?.();
  }
}
