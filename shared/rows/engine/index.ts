export { availabilities } from './add-result.ts';
export { currencyCodes } from './decide-value.ts';
export { type ItemBlock, REJECTED, VALID } from './item-block.ts';
export { MAPPING_VERSION } from './mapping.ts';
export { type ItemOptions, readItems, readItemsOfPiece } from './read-items.ts';
