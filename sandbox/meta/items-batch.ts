import { judgeAtOnce, takenFields } from './judge-item.ts';
import { takeBatch } from './take-batch.ts';

/** An id without blanks around it, control characters and characters of no width. */
const visible = (id: string): string => id.replace(/[\p{Cc}\p{Cf}]/gu, '').trim();

/**
 * POST /{catalog}/items_batch: creates, changes and deletes items.
 * Source: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/items_batch
 */
export const itemsBatch = takeBatch({
  keyOf: ({ id }, { similarIdsAreDuplicates }) => (similarIdsAreDuplicates ? visible(id) : id),
  judgeAtOnce: ({ id, data, method }, say, settings) =>
    method === 'DELETE' ? { errors: [], warnings: [] } : judgeAtOnce(id, data, say, settings),
  localizes: false,
  taken: takenFields,
});
