import type { Rule } from './contract.ts';
import { longestUrl } from './contract.ts';
import { currencies } from './currencies.ts';

/** What a cell's text is by its rule: the field's value, or what is wrong with it. */
export type Judged =
  | { ok: true; value: string | string[] }
  | { ok: false; fault: 'too-long'; longest: number }
  | { ok: false; fault: 'bad' };

const bad: Judged = { ok: false, fault: 'bad' };
const given = (value: string | string[]): Judged => ({ ok: true, value });
const givenIf = (right: boolean, value: string): Judged => (right ? given(value) : bad);

/** `12.34 USD`: digits, a point as decimal mark, one blank, an ISO 4217 code. Neither sign, symbol nor separators. */
export const readPrice = (text: string): { amount: number; currency: string } | undefined => {
  const [, amount, currency] = /^(\d{1,15}(?:\.\d{1,6})?) ([A-Z]{3})$/.exec(text) ?? [];
  return amount !== undefined && currency !== undefined && currencies.has(currency)
    ? { amount: Number(amount), currency }
    : undefined;
};

// A scheme, a host without userinfo, perhaps a port. What follows may be anything but control characters: shops have
// blanks and letters of all scripts in their paths, and Meta is the judge of those.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it keeps out
const url = /^https?:\/\/[^\s/?#@:[\]<>"\\^`{}|\u0000-\u0020\u007f]+(?::\d{1,5})?(?:[/?#][^\u0000-\u001f\u007f]*)?$/i;

const judgeUrl = (text: string): Judged =>
  text.length > longestUrl ? { ok: false, fault: 'too-long', longest: longestUrl } : givenIf(url.test(text), text);

const isDay = (text: string): boolean => {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
};

/** Milliseconds of `2026-04-30`, `2026-04-30T09:30`, `…:00`, with `Z`, `-08:00` or `-0800`; undefined if it is none of them. */
const instantOf = (text: string): number | undefined => {
  const [, day, time, seconds, zone] =
    /^(\d{4}-\d{2}-\d{2})(?:T((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return undefined;
  const offset = zone === undefined || zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const at = Date.parse(`${day}T${time ?? '00:00'}${seconds ?? ':00'}${offset}`);
  return Number.isNaN(at) ? undefined : at;
};

const isDateRange = (text: string): boolean => {
  const [start, end, ...more] = text.split('/', 3);
  const from = instantOf((start ?? '').trim());
  const to = instantOf((end ?? '').trim());
  return more.length === 0 && from !== undefined && to !== undefined && from < to;
};

/** The strings of a JSON list, or of one as Python writes it: `['summer','trending']`. */
const bracketed = (text: string): string[] | undefined => {
  for (const json of [text, text.replaceAll("'", '"')]) {
    try {
      const list: unknown = JSON.parse(json);
      if (Array.isArray(list) && list.every((entry) => typeof entry === 'string')) return list;
    } catch {
      // Not of this notation.
    }
  }
  return undefined;
};

/**
 * The addresses of a cell: a JSON list, or addresses with a comma, semicolon, blank or `|` between them. Addresses may
 * hold commas themselves, so that a new one starts only where `http` follows a separator.
 */
const urlsOf = (text: string): string[] | undefined => {
  if (text.startsWith('[')) return bracketed(text)?.map((entry) => entry.trim());
  const starts = [...text.matchAll(/(?:^|[\s,;|])https?:\/\//gi)].map(({ 0: match, index }) =>
    /^h/i.test(match) ? index : index + 1,
  );
  if (starts[0] !== 0) return undefined;
  return starts.map((start, n) => {
    let end = starts[n + 1] ?? text.length;
    while (end > start && ' \t\r\n,;|'.includes(text.charAt(end - 1))) end--;
    return text.slice(start, end);
  });
};

const judgeUrlList = (text: string, most: number): Judged => {
  const urls = text.length <= most * (longestUrl + 4) ? urlsOf(text) : undefined;
  return urls !== undefined && urls.length <= most && urls.every((entry) => judgeUrl(entry).ok) ? given(urls) : bad;
};

const judgeLabels = (text: string, most: number, longest: number): Judged => {
  const labels = (text.startsWith('[') ? bracketed(text) : text.split(/[,;|]/))
    ?.map((label) => label.trim())
    .filter((label) => label !== '');
  return labels !== undefined && labels.length <= most && labels.every((label) => label.length <= longest)
    ? given(labels)
    : bad;
};

/** A cell that is not empty, by its rule. Linear in its length. `sale-price` needs its row and is judged as a price here. */
export const judge = (rule: Rule, text: string): Judged => {
  switch (rule.kind) {
    case 'text':
      return text.length > rule.longest ? { ok: false, fault: 'too-long', longest: rule.longest } : given(text);
    case 'price':
    case 'sale-price':
      return givenIf(readPrice(text) !== undefined, text);
    case 'url':
      return judgeUrl(text);
    case 'url-list':
      return judgeUrlList(text, rule.most);
    case 'label-list':
      return judgeLabels(text, rule.most, rule.longest);
    case 'one-of':
      return givenIf(rule.values.includes(text), text);
    case 'whole-number':
      return givenIf(/^\d{1,15}$/.test(text) && Number(text) <= rule.highest, text);
    case 'date':
      return givenIf(isDay(text), text);
    case 'date-range':
      return givenIf(isDateRange(text), text);
    case 'gtin':
      return givenIf(/^(?:\d{8}|\d{12,14})$/.test(text), text);
    case 'weight':
      return givenIf(/^\d{1,9}(?:\.\d{1,6})? ?(?:lb|oz|g|kg)$/.test(text), text);
  }
};

/** What an empty cell of a column is sent as: it clears what Meta holds. */
export const cleared = (rule: Rule): string | string[] =>
  rule.kind === 'url-list' || rule.kind === 'label-list' ? [] : '';

/** What the rule wants, to follow "Write …". */
export const wanted = (rule: Rule): string => {
  switch (rule.kind) {
    case 'text':
      return `at most ${rule.longest} characters`;
    case 'price':
      return 'a number with a decimal point, one blank and a three-letter currency code, such as 12.34 USD';
    case 'sale-price':
      return 'a price below the regular one, in the same currency, such as 9.99 USD; leave the cell empty when there is no sale';
    case 'url':
      return `a whole web address that starts with http:// or https://, at most ${longestUrl} characters`;
    case 'url-list':
      return `at most ${rule.most} whole web addresses, with commas between them`;
    case 'label-list':
      return `at most ${rule.most} labels of at most ${rule.longest} characters, with commas between them`;
    case 'one-of':
      return `one of: ${rule.values.join(', ')} (in small letters)`;
    case 'whole-number':
      return `a whole number from 0 to ${rule.highest}`;
    case 'date':
      return 'a day as year-month-day, such as 2026-11-30';
    case 'date-range':
      return 'start/end, such as 2026-11-20T00:00+01:00/2026-11-30T23:59+01:00';
    case 'gtin':
      return '8, 12, 13 or 14 digits (a spreadsheet may have dropped a leading zero), or leave the cell empty';
    case 'weight':
      return 'a number and lb, oz, g or kg, such as 1.5 kg';
  }
};
