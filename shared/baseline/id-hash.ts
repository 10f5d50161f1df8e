/**
 * A product by 64 bits of hash of its retailer id: two numbers of 32 bits, the high one first. Sorted by it, and cut into
 * partitions by its top bits, catalogs of any size are merged piece by piece.
 *
 * Two of ten million ids share a hash with a probability of 3 in a million; the later row of the two would then take the
 * place of the other.
 */
import { Buffer } from 'node:buffer';
import { hashBytes } from '../rows/engine/hash.ts';

/** 16 hex digits: sorted as texts they are in the order of the hashes. */
export type HashKey = string;

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const digit = (n: number, shift: number): number => DIGITS[(n >>> shift) & 0xf]!;

/** Made of its letters at once: of two texts that are joined it took three times as long, and millions are made. */
// biome-ignore format: as the digits stand in the key
export const keyOfHash = (high: number, low: number): HashKey =>
  String.fromCharCode(
    digit(high, 28), digit(high, 24), digit(high, 20), digit(high, 16),
    digit(high, 12), digit(high, 8), digit(high, 4), digit(high, 0),
    digit(low, 28), digit(low, 24), digit(low, 20), digit(low, 16),
    digit(low, 12), digit(low, 8), digit(low, 4), digit(low, 0),
  );
export const highOf = (key: HashKey): number => Number.parseInt(key.slice(0, 8), 16);
export const lowOf = (key: HashKey): number => Number.parseInt(key.slice(8), 16);

export const hashKey = (id: string): HashKey => {
  const [high = 0, low = 0] = hashBytes(Buffer.from(id), 0);
  return keyOfHash(high, low);
};

/** The partition of 2^bits that a hash belongs to: its top bits. */
export const partitionOf = (high: number, bits: number): number => (bits === 0 ? 0 : high >>> (32 - bits));
