import * as t from 'io-ts';

/** The fields of a product as Meta takes them: text, or a list of texts for list fields. */
export const ItemData = t.intersection([
  t.strict({ id: t.string }),
  t.record(t.string, t.union([t.string, t.array(t.string)])),
]);
export type ItemData = t.TypeOf<typeof ItemData>;

export const Operation = t.union([t.literal('UPDATE'), t.literal('DELETE')]);
export type Operation = t.TypeOf<typeof Operation>;

/** One record of an `items_batch` call. A DELETE's data holds the id alone. */
export const ItemRequest = t.strict({ method: Operation, data: ItemData }, 'ItemRequest');
export type ItemRequest = t.TypeOf<typeof ItemRequest>;
