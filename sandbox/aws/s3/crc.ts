import { crc32 } from 'node:zlib';

/** A running CRC over bytes; `value` may be read at any time. */
export interface Crc {
  update(bytes: Uint8Array): void;
  /** Big-endian, as S3 encodes it. */
  value(): Buffer;
}

/** The bit-reversed polynomials of CRC-32 (ISO-HDLC), CRC-32C (Castagnoli) and CRC-64/NVME. */
const POLYNOMIAL = { CRC32: 0xedb88320n, CRC32C: 0x82f63b78n, CRC64NVME: 0x9a6c9329ac4bc9b5n } as const;
const WIDTH = { CRC32: 32n, CRC32C: 32n, CRC64NVME: 64n } as const;

export type CrcAlgorithm = keyof typeof POLYNOMIAL;

/**
 * Slicing-by-8 tables: entry [k * 256 + b] is what byte b followed by k zero bytes contributes. 64-bit values are kept
 * as two tables of 32-bit halves, for BigInt is a hundred times too slow here.
 */
const makeTables = (algorithm: CrcAlgorithm): { low: Int32Array; high: Int32Array } => {
  const low = new Int32Array(8 * 256);
  const high = new Int32Array(8 * 256);
  const polynomial = POLYNOMIAL[algorithm];
  const first: bigint[] = [];
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    first.push(value);
  }
  let previous = first;
  for (let slice = 0; slice < 8; slice++) {
    previous.forEach((value, byte) => {
      low[slice * 256 + byte] = Number(BigInt.asIntN(32, value));
      high[slice * 256 + byte] = Number(BigInt.asIntN(32, value >> 32n));
    });
    previous = previous.map((value) => (value >> 8n) ^ (first[Number(value & 0xffn)] ?? 0n));
  }
  return { low, high };
};

const tables = new Map<CrcAlgorithm, { low: Int32Array; high: Int32Array }>();
const tablesOf = (algorithm: CrcAlgorithm): { low: Int32Array; high: Int32Array } => {
  const known = tables.get(algorithm) ?? makeTables(algorithm);
  tables.set(algorithm, known);
  return known;
};

const bigEndian = (...words: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * words.length);
  words.forEach((word, index) => {
    bytes.writeInt32BE(word, 4 * index);
  });
  return bytes;
};

const newCrc32 = (): Crc => {
  let state = 0;
  return {
    update: (bytes) => {
      state = crc32(bytes, state);
    },
    value: () => bigEndian(state | 0),
  };
};

/** Both table-driven ones share this loop; a 32-bit CRC is a 64-bit one whose high half stays zero. */
const newTableCrc = (algorithm: 'CRC32C' | 'CRC64NVME'): Crc => {
  const { low, high } = tablesOf(algorithm);
  const wide = algorithm === 'CRC64NVME';
  let lo = -1;
  let hi = wide ? -1 : 0;
  const update = (bytes: Uint8Array): void => {
    let l = lo;
    let h = hi;
    let at = 0;
    const whole = bytes.length - (bytes.length % 8);
    for (; at < whole; at += 8) {
      const a =
        l ^
        ((bytes[at] as number) |
          ((bytes[at + 1] as number) << 8) |
          ((bytes[at + 2] as number) << 16) |
          ((bytes[at + 3] as number) << 24));
      const b =
        h ^
        ((bytes[at + 4] as number) |
          ((bytes[at + 5] as number) << 8) |
          ((bytes[at + 6] as number) << 16) |
          ((bytes[at + 7] as number) << 24));
      const i0 = 1792 + (a & 255);
      const i1 = 1536 + ((a >>> 8) & 255);
      const i2 = 1280 + ((a >>> 16) & 255);
      const i3 = 1024 + (a >>> 24);
      const i4 = 768 + (b & 255);
      const i5 = 512 + ((b >>> 8) & 255);
      const i6 = 256 + ((b >>> 16) & 255);
      const i7 = b >>> 24;
      l =
        (low[i0] as number) ^
        (low[i1] as number) ^
        (low[i2] as number) ^
        (low[i3] as number) ^
        (low[i4] as number) ^
        (low[i5] as number) ^
        (low[i6] as number) ^
        (low[i7] as number);
      if (wide)
        h =
          (high[i0] as number) ^
          (high[i1] as number) ^
          (high[i2] as number) ^
          (high[i3] as number) ^
          (high[i4] as number) ^
          (high[i5] as number) ^
          (high[i6] as number) ^
          (high[i7] as number);
    }
    for (; at < bytes.length; at++) {
      const index = (l ^ (bytes[at] as number)) & 255;
      l = ((l >>> 8) | (h << 24)) ^ (low[index] as number);
      h = (h >>> 8) ^ (high[index] as number);
    }
    lo = l;
    hi = h;
  };
  return { update, value: () => (wide ? bigEndian(~hi, ~lo) : bigEndian(~lo)) };
};

export const newCrc = (algorithm: CrcAlgorithm): Crc => (algorithm === 'CRC32' ? newCrc32() : newTableCrc(algorithm));

/** a * b modulo the polynomial; in this bit order the highest bit stands for x^0. */
const multiply = (algorithm: CrcAlgorithm, a: bigint, b: bigint): bigint => {
  let product = 0n;
  let factor = b;
  for (let bit = WIDTH[algorithm] - 1n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= factor;
    factor = factor & 1n ? (factor >> 1n) ^ POLYNOMIAL[algorithm] : factor >> 1n;
  }
  return product;
};

/** x^exponent modulo the polynomial. */
const power = (algorithm: CrcAlgorithm, exponent: bigint): bigint => {
  let result = 1n << (WIDTH[algorithm] - 1n);
  let square = 1n << (WIDTH[algorithm] - 2n);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = multiply(algorithm, result, square);
    square = multiply(algorithm, square, square);
  }
  return result;
};

/** The CRC of parts put together, from the CRCs and lengths of the parts alone (as zlib's crc32_combine). */
export const combineCrc = (algorithm: CrcAlgorithm, parts: readonly { value: Buffer; size: number }[]): Buffer => {
  let whole = 0n;
  for (const part of parts) {
    const shifted = multiply(algorithm, whole, power(algorithm, 8n * BigInt(part.size)));
    whole = shifted ^ BigInt(`0x${part.value.toString('hex')}`);
  }
  const digits = Number(WIDTH[algorithm]) / 4;
  return Buffer.from(whole.toString(16).padStart(digits, '0'), 'hex');
};
