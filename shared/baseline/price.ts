import { readPrice } from '../rows/values.ts';

/**
 * A price as it is compared and shown, made of what the tables keep of it: `10.5 EUR` and `10.50 EUR` are the same one.
 * Empty where there is none, as of a delete.
 */
export const priceText = (amount: number, currency: string): string => {
  if (currency === '') return '';
  const text = String(amount);
  const point = text.indexOf('.');
  if (point < 0) return `${text}.00 ${currency}`;
  return text.length - point > 2 ? `${text} ${currency}` : `${text}0 ${currency}`;
};

export const readPriceText = (text: string): { amount: number; currency: string } =>
  readPrice(text) ?? { amount: 0, currency: '' };
