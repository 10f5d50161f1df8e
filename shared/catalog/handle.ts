import * as t from 'io-ts';

interface HandleBrand {
  readonly Handle: unique symbol;
}

/** Meta's ticket for a batch that it took in. */
export const Handle = t.brand(t.string, (s): s is t.Branded<string, HandleBrand> => s !== '', 'Handle');
export type Handle = t.TypeOf<typeof Handle>;
