/** What people can do about an item that did not get through. Words only: nothing is decided by Meta's texts. */

const IMAGE = 'Give a JPEG or PNG of at least 500 × 500 that anybody can fetch, by an http(s) URL.';

const byCode: readonly [code: string, remedy: string][] = [
  [
    '100',
    'Compare the item in the JSON beside this verdict with the fields that Meta documents for items_batch, mend it in the feed, and land it again.',
  ],
  ['10800', 'The id is used twice, or is also the id of a group of variants: give the item an id of its own.'],
];

/** Meta's `error_type`s of items: well over a hundred (products reference); these begin the names that shops meet. */
const byType: readonly [type: RegExp, remedy: string][] = [
  [
    /^EMPTY_PRICE$|^INVALID_PRICE/,
    'Write the price like 9.99 USD: a point for decimals, a blank, the ISO code of the currency.',
  ],
  [/^EMPTY_AVAILABILITY$/, 'Use one of: in stock, out of stock, available for order, discontinued.'],
  [/^EMPTY_CONDITION$/, 'Use one of: new, refurbished, used.'],
  [/^(EMPTY|INVALID|MISSING)_.*IMAGE|^IMAGE_|^BAD_QUALITY_IMAGE|^DUPLICATE_IMAGES/, IMAGE],
  [/^(EMPTY|INVALID)_.*(URL|LINK)/, 'Give a full http(s) URL of the shop’s own domain that answers.'],
  [/^EMPTY_/, 'A field that Meta requires is empty: fill it in the feed.'],
  [/UPPERCASE/, 'Write titles and descriptions in normal case, not all in capitals.'],
  [
    /^PRODUCT_NOT_APPROVED$|POLICY|REJECTED/,
    'Meta’s review refused the product: see it in Commerce Manager, and ask there for another review if it is right.',
  ],
  [/^CRAWLED_/, 'The shop’s page says something else than the feed: make both say the same.'],
];

/** Meta's wording, in English, as it has been seen; it may change, and comes in the account's language. */
const byText: readonly [pattern: RegExp, remedy: string][] = [
  [/duplicate retailer_id/i, 'The id stands twice in one call: make the ids of the feed unique, also after trimming.'],
  [/field id\b/i, 'The item has no id that Meta can read: give it one of 1 to 100 characters.'],
  [/unrecognised field/i, 'Meta does not know this field: rename the column to a documented one, or leave it out.'],
  [/sale.?price/i, 'Write the sale price like 9.99 USD, lower than the price; leave it empty to end the sale.'],
  [/price|currency/i, 'Write the price like 9.99 USD: a point for decimals, a blank, the ISO code of the currency.'],
  [/availability/i, 'Use one of: in stock, out of stock, available for order, discontinued.'],
  [/condition/i, 'Use one of: new, refurbished, used.'],
  [/image|additional_image_link/i, IMAGE],
  [/capital/i, 'Write titles and descriptions in normal case, not all in capitals.'],
  [/title/i, 'Give a title of 1 to 200 characters.'],
  [/description/i, 'Give a description as plain text of 1 to 9,999 characters.'],
  [/brand|gtin|mpn/i, 'Give the brand, or a valid GTIN or MPN.'],
  [/link|url/i, 'Give a full http(s) URL of the shop’s own domain that answers.'],
  [/too long|at most|maximum|exceed/i, 'Shorten the value to the length that Meta documents for this field.'],
];

const GENERAL =
  'Read Meta’s message, mend the row in the feed and land it again; ask for a retry if the row is right as it is.';

/** For what is unknown: the sync itself goes on with it. */
export const REMEDY_UNKNOWN =
  'Nothing to do: it is sent again by itself when that is safe. Unknown three times, it waits for its row to change or for a retry.';

/** By `error_type` first, then by wording, then by code: the text only decides what people are advised. */
export const remedyFor = (code: string | null, message: string): string => {
  const plain = code?.split('/')[0];
  return (
    (code === null ? undefined : byType.find(([pattern]) => pattern.test(code))?.[1]) ??
    byText.find(([pattern]) => pattern.test(message))?.[1] ??
    byCode.find(([known]) => known === plain)?.[1] ??
    GENERAL
  );
};
