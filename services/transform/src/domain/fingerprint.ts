import type { ItemData, Operation } from '@catalog-sync/shared/catalog/item.ts';
import { canonicalJson, hashOf } from '@catalog-sync/shared/hash.ts';

/** Grows when the mapping from rows to items changes: every product then counts as changed, once. */
export const MAPPING_VERSION = '1';

/** What a product's content is compared by. 64 bits: a changed product is missed once in 2^64. */
export const fingerprintOf = (op: Operation, data: ItemData): string =>
  op === 'DELETE' ? 'delete' : hashOf([MAPPING_VERSION, canonicalJson(data)], 16);
