import { remedyFor } from './remedy.ts';

describe('what people are told to do', () => {
  test.each([
    [null, 'Duplicate retailer_id in batch api call - X.', 'unique'],
    [null, 'Can not find required field id', 'no id'],
    [null, 'The sale_price is higher than the price', 'sale price'],
    [null, 'Field price: not a price', '9.99 USD'],
    [null, 'without required field Availability', 'in stock'],
    ['10800', 'x', 'twice'],
    ['100/33', 'x', 'Compare'],
    [null, 'Něco', 'message'],
    ['424242', '', 'message'],
    ['EMPTY_PRICE', 'Něco', '9.99 USD'],
    ['IMAGE_FETCH_FAILED_FORBIDDEN', 'Něco', 'JPEG'],
    ['PROPERTY_VALUE_UPPERCASE', 'Něco', 'capitals'],
    ['PRODUCT_NOT_APPROVED', 'Něco', 'review'],
    ['EMPTY_BRAND', 'Něco', 'requires'],
    ['A_TYPE_OF_TOMORROW', 'Něco', 'message'],
  ])('%s %s', (code, message, expected) => expect(remedyFor(code, message)).toContain(expected));
});
