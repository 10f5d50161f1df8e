import type { Rule } from './contract.ts';
import { judge } from './values.ts';

const urls: Rule = { kind: 'url-list', most: 3 };
const labels: Rule = { kind: 'label-list', most: 3, longest: 10 };

describe('a cell', () => {
  test.each<[Rule['kind'], string, boolean]>([
    ['price', '12.34 USD', true],
    ['price', '0 JPY', true],
    ['price', '1.234 KWD', true],
    ['price', '12,34 USD', false],
    ['price', '1,200.00 USD', false],
    ['price', '12.34', false],
    ['price', '12.34USD', false],
    ['price', '12.34  USD', false],
    ['price', '12.34 usd', false],
    ['price', '12.34 XYZ', false],
    ['price', '$12.34', false],
    ['price', 'USD 12.34', false],
    ['price', '-1.00 USD', false],
    ['price', '+1.00 USD', false],
    ['price', '.5 USD', false],
    ['price', '5. USD', false],
    ['price', '1e3 USD', false],
    ['price', '١٢.٣٤ USD', false],
    ['url', 'https://shop.example', true],
    ['url', 'HTTP://shop.example:8080/a?b=c#d', true],
    ['url', 'https://bücher.example/ä b', true],
    ['url', 'https://', false],
    ['url', 'https:///path', false],
    ['url', 'ftp://shop.example/', false],
    ['url', 'javascript:alert(1)', false],
    ['url', '//shop.example/', false],
    ['url', 'www.shop.example', false],
    ['url', 'https://shop .example/', false],
    ['url', 'https://user@shop.example/', false],
    ['url', 'https://shop.example/a\nb', false],
    ['date', '2026-02-28', true],
    ['date', '2024-02-29', true],
    ['date', '2026-02-29', false],
    ['date', '2026-13-01', false],
    ['date', '28.02.2026', false],
    ['date-range', '2026-04-30T09:30-08:00/2026-05-30T23:59-08:00', true],
    ['date-range', '2026-04-30T09:30-0800/2026-05-30T23:59-0800', true],
    ['date-range', '2026-04-30/2026-05-30', true],
    ['date-range', '2026-04-30T09:30:00Z / 2026-05-30T23:59:00Z', true],
    ['date-range', '2026-05-30/2026-04-30', false],
    ['date-range', '2026-04-30', false],
    ['date-range', '2026-04-30/2026-05-30/2026-06-30', false],
    ['date-range', '2026-04-30T25:00Z/2026-05-30', false],
    ['gtin', '4006381333931', true],
    ['gtin', '12345678', true],
    ['gtin', '400638133393', true],
    ['gtin', '40063813339', false],
    ['gtin', '4006381-333931', false],
    ['gtin', '4.0E+12', false],
    ['weight', '1.5 kg', true],
    ['weight', '20g', true],
    ['weight', '1,5 kg', false],
    ['weight', '3 stone', false],
  ])('with the rule %s: %j is %j', (kind, text, right) => {
    expect(judge({ kind } as Rule, text).ok).toBe(right);
  });

  test.each([
    ['0', true],
    ['10', true],
    ['11', false],
    ['1.0', false],
    ['-1', false],
    ['', false],
  ])('of a whole number up to 10: %j is %j', (text, right) => {
    expect(judge({ kind: 'whole-number', highest: 10 }, text).ok).toBe(right);
  });

  test('is measured in UTF-16 units', () => {
    expect(judge({ kind: 'text', longest: 4 }, '🍵🍵').ok).toBe(true);
    expect(judge({ kind: 'text', longest: 3 }, '🍵🍵')).toEqual({ ok: false, fault: 'too-long', longest: 3 });
  });

  test.each([
    ['https://a.example/1,https://a.example/2', ['https://a.example/1', 'https://a.example/2']],
    ['https://a.example/w_1,h_2/x.jpg ; http://b.example', ['https://a.example/w_1,h_2/x.jpg', 'http://b.example']],
    ['https://a.example/1 | https://a.example/2|', ['https://a.example/1', 'https://a.example/2']],
    ['["https://a.example/1"]', ['https://a.example/1']],
    ["['https://a.example/1', 'https://a.example/2']", ['https://a.example/1', 'https://a.example/2']],
    ['[]', []],
  ])('of addresses: %s', (text, value) => {
    expect(judge(urls, text)).toEqual({ ok: true, value });
  });

  test.each(['a.jpg', 'a.jpg,https://a.example', 'https://,https://', '[1]', '[', 'https://a.example,'.repeat(4)])(
    'of addresses refuses %s',
    (text) => {
      expect(judge(urls, text).ok).toBe(false);
    },
  );

  test.each([
    ['summer, trending', ['summer', 'trending']],
    ["['summer','trending']", ['summer', 'trending']],
    ['summer|', ['summer']],
  ])('of labels: %s', (text, value) => {
    expect(judge(labels, text)).toEqual({ ok: true, value });
  });

  test.each(['a,b,c,d', 'x'.repeat(11), '[summer]'])('of labels refuses %s', (text) => {
    expect(judge(labels, text).ok).toBe(false);
  });
});
