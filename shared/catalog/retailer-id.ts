import * as t from 'io-ts';

interface RetailerIdBrand {
  readonly RetailerId: unique symbol;
}

/** The retailer's own id of one item: Meta's `retailer_id`. Compared as exact text after trimming. */
export const RetailerId = t.brand(t.string, (s): s is t.Branded<string, RetailerIdBrand> => s !== '', 'RetailerId');
export type RetailerId = t.TypeOf<typeof RetailerId>;
