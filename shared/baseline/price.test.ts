import { priceText, readPriceText } from './price.ts';

test.each([
  ['10.50 EUR', 10.5, 'EUR', '10.50 EUR'],
  ['10.5 EUR', 10.5, 'EUR', '10.50 EUR'],
  ['12.34 USD', 12.34, 'USD', '12.34 USD'],
  ['10 EUR', 10, 'EUR', '10.00 EUR'],
  ['0 EUR', 0, 'EUR', '0.00 EUR'],
  ['0.000001 KWD', 0.000001, 'KWD', '0.000001 KWD'],
  ['1.100000 KWD', 1.1, 'KWD', '1.10 KWD'],
  ['999999999999999 JPY', 999_999_999_999_999, 'JPY', '999999999999999.00 JPY'],
  ['', 0, '', ''],
  ['of no currency', 0, '', ''],
])('the price «%s» is kept as %d %s, and shown as «%s»', (text, amount, currency, shown) => {
  expect(readPriceText(text)).toEqual({ amount, currency });
  expect(priceText(amount, currency)).toBe(shown);
  expect(readPriceText(shown)).toEqual({ amount, currency });
});
