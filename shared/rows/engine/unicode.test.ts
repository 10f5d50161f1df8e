/** What is decided on bytes about characters, held against what JavaScript says of each character there is. */
import { isAllCapitals } from '../judge-row.ts';
import { hasWideBlankAround } from './blanks.ts';
import { mayBeCapitals, utf16Length } from './decide-text.ts';
import { bytesOf } from './write-json.ts';

/** The characters beyond ASCII from one code point to another; surrogates are none. */
const characters = function* (from = 0x80, to = 0x1ffff): Generator<string> {
  for (let point = from; point <= to; point++) if (point < 0xd800 || point > 0xdfff) yield String.fromCodePoint(point);
};

/** The characters of which it is not so, as code points. */
const exceptions = (isSo: (character: string) => boolean): string[] =>
  [...characters()].filter((character) => !isSo(character)).map((one) => one.codePointAt(0)!.toString(16));

const blankAround = (text: string): boolean => {
  const bytes = Buffer.from(text);
  return hasWideBlankAround(bytes, 0, bytes.length);
};
const capitals = (text: string): boolean => {
  const bytes = bytesOf(Buffer.from(text));
  return mayBeCapitals(bytes, 0, bytes.bytes.length);
};

test('blanks around a text are those that trim takes away', () => {
  expect(exceptions((one) => blankAround(`${one}x`) === (`${one}x`.trim() === 'x'))).toEqual([]);
  expect(exceptions((one) => blankAround(`x${one}`) === (`x${one}`.trim() === 'x'))).toEqual([]);
  expect(exceptions((one) => blankAround(one) === (one.trim() === ''))).toEqual([]);
  expect(exceptions((one) => !blankAround(`x${one}x`))).toEqual([]);
});

test('no text in capitals is missed, whatever letters and signs are in it', () => {
  const missed = (text: string): boolean => isAllCapitals(text) && !capitals(text);
  expect(exceptions((one) => !missed(one.repeat(5)))).toEqual([]);
  expect(exceptions((one) => !missed(`ABCDE${one}`) && !missed(`${one}ABCDE`) && !missed(`A${one}B C,D1E`))).toEqual(
    [],
  );
});

test.each([
  'كوب شاي من السيراميك',
  '陶器の マグカップ',
  '머그컵',
  'כוס תה',
  'Чай ПРИВЕТ',
  '☕️🎁☕️🎁☕️🎁',
  '1234567',
  'ABCD',
  'ABCDEf',
])('no doubt about %s', (text) => {
  expect(capitals(text)).toBe(false);
});

test('lengths are counted as JavaScript counts them', () => {
  const length = (text: string): number => {
    const bytes = Buffer.from(text);
    return utf16Length(bytes, 0, bytes.length);
  };
  expect(exceptions((one) => length(`a${one}b`) === one.length + 2)).toEqual([]);
});
