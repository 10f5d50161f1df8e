import type { Fault } from './faults.ts';
import { isAllCapitals } from './judge-item.ts';
import type { Fields } from './product-fields.ts';

/** What is wrong with a stored item, as it is read back. */
export interface ItemError {
  error_type: string;
  error_priority: 'HIGH' | 'MEDIUM' | 'LOW';
  title: string;
  description: string;
  call_to_action: string;
}

const itemError = (error_type: string, error_priority: ItemError['error_priority']): ItemError => {
  const words = error_type.toLowerCase().replaceAll('_', ' ');
  return {
    error_type,
    error_priority,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    description: `This item has the issue "${words}".`,
    call_to_action: 'Update the item.',
  };
};

/** The errors that a flag is about: the one it names, and those that its states stand for. */
const errorsOfFlag = ({ errorType, errorPriority, imageFetchStatus, reviewStatus }: Fault): ItemError[] => [
  ...(errorType === undefined
    ? []
    : [itemError(String(errorType), (errorPriority as ItemError['error_priority'] | undefined) ?? 'HIGH')]),
  ...(imageFetchStatus === 'FETCH_FAILED' ? [itemError('IMAGE_FETCH_FAILED', 'HIGH')] : []),
  ...(reviewStatus === 'rejected' ? [itemError('PRODUCT_NOT_APPROVED', 'HIGH')] : []),
];

/**
 * The errors of a stored item: of Meta's well over a hundred types the one that texts show by themselves, and those that
 * a fault flags. Source: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/products
 */
export const errorsOfItem = (item: Fields, flags: readonly Fault[]): ItemError[] => {
  const shouts = isAllCapitals(item.title) || isAllCapitals(item.description);
  const all = [...(shouts ? [itemError('PROPERTY_VALUE_UPPERCASE', 'LOW')] : []), ...flags.flatMap(errorsOfFlag)];
  return [...new Map(all.map((error) => [error.error_type, error])).values()];
};
