import { judgeLocalizedAtOnce, takenLocalizedFields } from './judge-localized.ts';
import { takeBatch } from './take-batch.ts';

/**
 * POST /{catalog}/localized_items_batch: what an item says in another language, or costs in another country. It makes
 * no items, and spends the same quota as items_batch.
 * Source: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/localized_items_batch
 */
export const localizedItemsBatch = takeBatch({
  keyOf: ({ id, localization }) => JSON.stringify([id, localization?.type, localization?.value]),
  judgeAtOnce: judgeLocalizedAtOnce,
  localizes: true,
  taken: takenLocalizedFields,
});
