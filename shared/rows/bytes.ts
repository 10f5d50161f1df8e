import { createGunzip } from 'node:zlib';
import type { Limits } from './limits.ts';

/** How a file's bytes came to their end: all of them, a gzip stream that broke off, or more than is allowed. */
export type BytesEnd = { kind: 'whole' } | { kind: 'broken' } | { kind: 'too-large'; message: string };
export type Bytes = AsyncGenerator<Buffer, BytesEnd>;

const whole: BytesEnd = { kind: 'whole' };

/** The same bytes in pieces of exactly `size` (the last may be shorter), so that nothing depends on how they arrive. */
async function* inBlocks(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer, void> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (length + rest.length >= size) {
      const needed = size - length;
      yield Buffer.concat([...waiting, rest.subarray(0, needed)]);
      waiting = [];
      length = 0;
      rest = rest.subarray(needed);
    }
    if (rest.length > 0) {
      // The bytes are the sender's, who may use them again.
      waiting.push(Buffer.from(rest));
      length += rest.length;
    }
  }
  if (length > 0) yield Buffer.concat(waiting);
}

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

/** Gzip by its first bytes, or because the key says so. */
const isGzip = (first: Buffer, key: string): boolean =>
  (first[0] === 0x1f && first[1] === 0x8b) || (key.toLowerCase().endsWith('.gz') && first.length > 0);

// Packed blocks are small: one of them may unpack to a thousand times its size before the ratio is looked at.
const packedBlockBytes = 16_384;

async function* again(first: Buffer, rest: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
  if (first.length > 0) yield first;
  yield* rest;
}

/**
 * A landed file's bytes, unpacked, in blocks of exactly `limits.blockBytes`.
 * Throws only what the source throws; what is wrong with the bytes is said by the value at the end.
 */
export async function* openBytes(source: AsyncIterable<Uint8Array>, key: string, limits: Limits): Bytes {
  const blocks = inBlocks(source, packedBlockBytes);
  try {
    const start = await blocks.next();
    const first = start.done === true ? Buffer.alloc(0) : start.value;
    const packed = again(first, blocks);
    let end: BytesEnd = whole;
    async function* plain(): AsyncGenerator<Buffer, void> {
      if (isGzip(first, key)) end = yield* unpacked(packed, limits);
      else yield* packed;
    }
    let size = 0;
    for await (const block of inBlocks(plain(), limits.blockBytes)) {
      size += block.length;
      if (size > limits.fileBytes)
        return { kind: 'too-large', message: `The file holds more than ${limits.fileBytes} bytes.` };
      yield block;
    }
    return end;
  } finally {
    await blocks.return();
  }
}
