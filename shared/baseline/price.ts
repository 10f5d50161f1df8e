import { readPrice } from '../rows/values.ts';

/**
 * A price as it is compared and shown, made of what the tables keep of it: `10.5 EUR` and `10.50 EUR` are the same one.
 * Empty where there is none, as of a delete.
 */
export const priceText = (amount: number, currency: string): string => {
  if (currency === '') return '';
  const [whole, decimals = ''] = String(amount).split('.');
  return `${whole}.${decimals.padEnd(2, '0')} ${currency}`;
};

export const readPriceText = (text: string): { amount: number; currency: string } =>
  readPrice(text) ?? { amount: 0, currency: '' };
