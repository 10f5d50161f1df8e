import { BACKSLASH, QUOTE } from './byte-kinds.ts';
import type { ItemBlock } from './item-block.ts';
import { itemStart } from './rules.ts';

/** The id of a valid row as text. For the few that are named: most ids are compared by their hash. */
export const idOfItem = ({ bytes, starts }: ItemBlock, place: number): string => {
  const opened = starts[place]! + itemStart.length - 1;
  let i = opened + 1;
  while (bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  return JSON.parse(bytes.toString('utf8', opened, i + 1)) as string;
};
