export { type ItemBlock, VALID } from './item-block.ts';
export { idOfItem } from './item-id.ts';
export { type ItemOptions, readItems } from './read-items.ts';
export { itemHead } from './rules.ts';
