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

const hex = (n: number): string => n.toString(16).padStart(8, '0');

export const keyOfHash = (high: number, low: number): HashKey => hex(high) + hex(low);
export const highOf = (key: HashKey): number => Number.parseInt(key.slice(0, 8), 16);
export const lowOf = (key: HashKey): number => Number.parseInt(key.slice(8), 16);

export const hashKey = (id: string): HashKey => {
  const [high = 0, low = 0] = hashBytes(Buffer.from(id), 0);
  return keyOfHash(high, low);
};

/** The partition of 2^bits that a hash belongs to: its top bits. */
export const partitionOf = (high: number, bits: number): number => (bits === 0 ? 0 : high >>> (32 - bits));
