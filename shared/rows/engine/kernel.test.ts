import { append, openWindow } from '../frame.ts';
import { readHeader } from '../header.ts';
import { header, productLine } from '../testing.ts';
import { openBlock, PENDING } from './item-block.ts';
import { openKernel } from './kernel.ts';
import { rulesFor } from './rules.ts';

const extras = 'sale_price,gtin,custom_number_0,additional_image_link,custom_label_0,gender,expiration_date,unknown';
const layout = readHeader(`${header},${extras}`.split(','), 1).layout!;
const columns = `${header},${extras}`.split(',');
const usual = [...productLine('A-1').split(','), '', '', '', '', '', '', '', ''];

/** A line with these cells, as they are written, instead of the usual ones. */
const lineWith = (cells: Record<string, string>): string => columns.map((name, n) => cells[name] ?? usual[n]).join(',');

/** What the kernel makes of a line alone: its item, or why it stopped. */
const kernelOn = (line: string, end = '\n', longest = 10_000): string => {
  const window = openWindow();
  append(window, Buffer.from(`${line}${end}x`));
  const block = openBlock(50_000);
  const stop = openKernel(rulesFor(layout), longest, 1)(window, block);
  if (block.count === 0) return stop;
  expect(window.at).toBe(Buffer.byteLength(line + end));
  if (block.verdicts[0] === PENDING) {
    expect([block.starts[0], block.written]).toEqual([0, 0]);
    return 'pending';
  }
  return block.bytes.toString('utf8', block.starts[0], block.ends[0]);
};
const dataOf = (line: string, end?: string) => JSON.parse(kernelOn(line, end)).data;

describe('a row beyond doubt is not asked about', () => {
  test.each([
    ['title', 'Cup', 'Cup'],
    ['title', '"Cup, ""white"""', 'Cup, "white"'],
    ['title', '27" tv', '27" tv'],
    ['title', '"a\nb\r\nc\rd"', 'a\nb\r\nc\rd'],
    ['title', ' Cup\t', 'Cup'],
    ['title', '"\nCup "', 'Cup'],
    ['title', 'C:\\shop', 'C:\\shop'],
    ['title', '\u0001\u001f\b\f', '\u0001\u001f\b'],
    ['title', 'IKEA', 'IKEA'],
    ['title', 'كوب شاي', 'كوب شاي'],
    ['title', '陶器の マグカップ', '陶器の マグカップ'],
    ['title', 'Керамическая КРУЖКА', 'Керамическая КРУЖКА'],
    ['title', 'ÄÖÜ ß', 'ÄÖÜ ß'],
    ['title', '☕️🎁', '☕️🎁'],
    ['title', 'é'.repeat(200), 'é'.repeat(200)],
    ['title', '🍵'.repeat(100), '🍵'.repeat(100)],
    ['id', '0123456789', '0123456789'],
    ['id', '12E5', '12E5'],
    ['id', '1-5', '1-5'],
    ['price', '0 JPY', '0 JPY'],
    ['price', '123456789012.345 KWD', '123456789012.345 KWD'],
    ['link', 'HTTPS://shop.example:8080?a=b"c', 'HTTPS://shop.example:8080?a=b"c'],
    ['link', '"https://shop.example/a,b"', 'https://shop.example/a,b'],
    ['link', 'https://shop.example/ä b', 'https://shop.example/ä b'],
    ['availability', '"out of stock"', 'out of stock'],
    ['sale_price', '0.99 EUR', '0.99 EUR'],
    ['gtin', '4006381333931', '4006381333931'],
    ['custom_number_0', '4294967295', '4294967295'],
    ['gender', 'unisex', 'unisex'],
    ['custom_label_0', '#1', '#1'],
    ['additional_image_link', '', []],
    ['additional_image_link', 'https://a.example/1', ['https://a.example/1']],
    [
      'additional_image_link',
      '"https://a.example/w_1,h_2,,HTTP://b.example,"',
      ['https://a.example/w_1,h_2', 'HTTP://b.example'],
    ],
    ['expiration_date', ' ', ''],
  ])('%s %j', (column, cell, value) => {
    expect(dataOf(lineWith({ [column]: cell }))[column]).toEqual(value);
  });

  test.each(['\n', '\r\n', '\r'])('with the line end %j', (end) => {
    expect(dataOf(lineWith({}), end).id).toBe('A-1');
  });

  test('and its item is what JSON.stringify writes', () => {
    const item = kernelOn(lineWith({ description: '"\u0001\t\\ ""é🍵"' }));
    expect(item).toBe(JSON.stringify(JSON.parse(item)));
  });
});

describe('a row in doubt waits for the reference', () => {
  test.each([
    ['title', ''],
    ['title', '" "'],
    ['title', '\0'],
    ['title', 'LEATHER BOOTS'],
    ['title', 'КОЖАНЫЕ САПОГИ'],
    ['title', 'ＬＥＡＴＨＥＲ'],
    ['title', '\u00a0Cup'],
    ['title', 'Cup\u3000'],
    ['title', 'x'.repeat(201)],
    ['title', '🍵'.repeat(101)],
    ['id', '8.8E+12'],
    ['id', '"1,5E3"'],
    ['id', '#REF!'],
    ['id', '"a""b"'],
    ['price', '1.00'],
    ['price', '1.00 EUX'],
    ['price', '1.0000000 EUR'],
    ['price', '1. EUR'],
    ['price', '.5 EUR'],
    ['price', ' EUR'],
    ['price', '1.2.3 EUR'],
    ['price', '1.00  EUR'],
    ['link', 'http://'],
    ['link', 'http:///a'],
    ['link', 'http://shop.example:/'],
    ['link', 'http://shop.example:123456'],
    ['link', 'http://user@shop.example'],
    ['link', 'http://shop.example/\u007f'],
    ['link', 'http://shop.example/\u007f/and/more'],
    ['link', '"http://shop.example/\u007f/and/more"'],
    ['link', '"http://shop.example/\u007f"'],
    ['link', '"http://shop.example/\n/"'],
    ['link', 'http://bücher.example'],
    ['link', `http://shop.example/${'x'.repeat(2_048)}`],
    ['availability', 'In Stock'],
    ['sale_price', '1.00 EUR'],
    ['sale_price', '0.50 USD'],
    ['gtin', '123'],
    ['custom_number_0', '4294967296'],
    ['gender', 'Male'],
    ['additional_image_link', 'https://a.example https://b.example'],
    ['additional_image_link', '"https://a.example,www.b.example,http:///"'],
    ['additional_image_link', `"${'https://a.example,'.repeat(51)}"`],
    ['additional_image_link', '["https://a.example"]'],
    ['expiration_date', '2026-02-28'],
  ])('%s %j', (column, cell) => {
    expect(kernelOn(lineWith({ [column]: cell }))).toBe('pending');
  });
});

describe('what is no row like the others stops the kernel', () => {
  test.each([
    ['has a cell too few', lineWith({}).replace('A-1,', '')],
    ['has a cell too many', `${lineWith({})},`],
    ['has a wrong quote', lineWith({ title: '"a"b' })],
    ['has an open quote', lineWith({ title: '"a' })],
    ['holds nothing', ''],
  ])('a row that %s', (_what, line) => {
    expect(kernelOn(line)).toBe('odd');
  });

  test.each(['', '\r', 'x'])('a row whose end is not at hand: %j', (end) => {
    const window = openWindow();
    append(window, Buffer.from(lineWith({}) + end));
    expect(openKernel(rulesFor(layout), 1_000, 1)(window, openBlock(50_000))).toBe('odd');
  });

  test('a row that is longer than a row may be', () => {
    const line = lineWith({});
    expect(kernelOn(line, '\n', line.length)).not.toBe('odd');
    expect(kernelOn(line, '\n', line.length - 1)).toBe('odd');
  });
});

test('a block without room for a row says so and takes no part of it', () => {
  const window = openWindow();
  append(window, Buffer.from(`${lineWith({})}\n`));
  const block = openBlock(250);
  expect(openKernel(rulesFor(layout), 1_000, 1)(window, block)).toBe('full');
  expect([block.count, block.written, window.at, window.line]).toEqual([0, 0, 0, 1]);
});
