/** Feeds for the property tests: mostly as shops write them, with everything that is hard to read among it. */
import fc from 'fast-check';
import { extraColumns, requiredColumns } from '../contract.ts';

const hardTexts = [
  '',
  ' ',
  '\t',
  '"',
  '""',
  '\\',
  '\0',
  '\u0001',
  '\u001f',
  '\u007f',
  '\u2028',
  '\u2029',
  '\u202f',
  '\u00a0',
  '\u3000',
  '\ufeff',
  '\u1680',
  '\u200a',
  '\u205f',
  '\u0085',
  '\n',
  '\r\n',
  '\r',
  ',',
  '27" tv',
  '{"a":["b",1]}',
  '46° 10′ N, 7" E',
  'LEATHER BOOTS',
  'ŁÓDŹ ÇÖŞŞ',
  'КОЖАНЫЕ САПОГИ',
  'ΔΕΡΜΑ ΜΠΟΤΕΣ',
  'Ωmega ΑΒΓΔΕ',
  'ＬＥＡＴＨＥＲ',
  'ᲐᲑᲒᲓᲔᲕ',
  '𝐀𝐁𝐂𝐃𝐄𝐅',
  'ẞẞẞẞẞẞ',
  'ÀÈÌÒÙ÷×',
  'كوب شاي',
  'מגפי עור',
  '陶器の',
  '한국어',
  '☕️🎁',
  'e\u0301',
  '8.8E+12',
  '1,5E3',
  '1.5e3',
  '12e+3',
  '7E5',
  '#REF!',
  '#1',
  'x'.repeat(100),
  'x'.repeat(101),
  'é'.repeat(100),
  'é'.repeat(101),
  '🍵'.repeat(50),
  '🍵'.repeat(51),
  'a"'.repeat(60),
  '__proto__',
  '=1+1',
];
const prices = ['1.00 EUR', '0 JPY', '12.345678 KWD', '999999999999999.999999 USD', '123456789012345 USD', '0.1 EUR'];
const wrongPrices = [
  '1,00 EUR',
  '1.00',
  '1.00EUR',
  '1 eur',
  '1 XXX',
  '-1 EUR',
  '1. EUR',
  '.1 EUR',
  '1.1234567 EUR',
  'EUR',
];
const urls = [
  'https://s.example/1',
  'HTTP://S.EXAMPLE:80/a?b#c',
  'https://s.example/ä b,c"d\\',
  'https://bücher.example',
  'https://s.example?x',
  `https://s.example/${'x'.repeat(2_030)}`,
  `https://s.example/${'é'.repeat(1_020)}`,
];
const wrongUrls = [
  'www.s.example',
  'https://',
  'https://u@s.example',
  'https://s.example/\u007f',
  'https://s.example/\u007f/and/more',
  'https://s.example:/',
  'https://s.example:123456/',
  'https://s.example\u3000/',
  `https://s.example/${'x'.repeat(2_031)}`,
];
const further = [
  '4006381333931',
  '12345678',
  '123',
  '4294967295',
  '4294967296',
  '000000000000001',
  '1.5 kg',
  '2026-02-28',
  '2026-02-30',
  '2026-04-30/2026-05-30',
  'https://a.example/1,https://a.example/2',
  'https://a.example/1,x,,HTTPS://a.example/2,,',
  'https://a.example/1;https://a.example/2 ,https://,',
  'https://a.example,'.repeat(50),
  'https://a.example,'.repeat(51),
  "['a','b']",
  'a|b,c;d',
  'unisex',
  'adult',
  'active',
];

/** Ids come again now and then. */
const someId = fc.oneof(
  { weight: 3, arbitrary: fc.nat(40).map((n) => `sku-${n}`) },
  fc.string({ unit: 'binary', maxLength: 8 }),
);

const rightCell = (name: string): fc.Arbitrary<string> => {
  switch (name) {
    case 'id':
      return someId;
    case 'price':
    case 'sale_price':
      return fc.constantFrom(...prices);
    case 'link':
    case 'image_link':
    case 'mobile_link':
      return fc.constantFrom(...urls);
    case 'availability':
      return fc.constantFrom('in stock', 'out of stock', 'preorder');
    case 'condition':
      return fc.constantFrom('new', 'used');
    case 'title':
    case 'description':
      return fc.oneof(
        fc.constantFrom('Cup', 'a "white" cup', 'one\ntwo', 'كوب', 'Кружка', '陶器'),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
      );
    default:
      return requiredColumns.some((column) => column.name === name)
        ? fc.constantFrom('Acme', 'Cups > Large', 'Çınar')
        : fc.constantFrom('', ...further);
  }
};

const hardCell = fc.oneof(
  fc.constantFrom(...hardTexts, ...wrongPrices, ...wrongUrls, ...prices, ...urls, ...further),
  fc.array(fc.constantFrom(...hardTexts), { maxLength: 4 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

/** How a text is written into the file: as it should be, always quoted, with blanks around, or as it is. */
const written = (text: string, how: number): string => {
  const quoted = `"${text.replaceAll('"', '""')}"`;
  if (how === 0) return text;
  if (how === 1) return ` ${text} `;
  return how < 5 || /[,\r\n]|^"/.test(text) ? quoted : text;
};

const cellOf = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.oneof({ weight: 30, arbitrary: rightCell(name) }, { weight: 1, arbitrary: hardCell }),
      // As it is, quotes and line ends may be wrong: that is rare, as one such row takes others with it.
      fc.oneof(
        { weight: 40, arbitrary: fc.integer({ min: 2, max: 9 }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 1 }) },
      ),
    )
    .map(([text, how]) => written(text, how));

const lineEnd = fc.oneof(
  { weight: 8, arbitrary: fc.constant('\n') },
  { weight: 3, arbitrary: fc.constant('\r\n') },
  { weight: 1, arbitrary: fc.constantFrom('\r', '\n\n', '\n \n') },
);

const oddLine = fc.constantFrom(
  ',,,,,,,,,',
  'a,b',
  '"',
  '"a"b,c',
  ' ',
  '1,Cup,A cup,https://s.example/1,https://s.example/1.jpg,in stock,1.00 EUR,B,new',
  '1,"Cup,A cup,https://s.example/1,https://s.example/1.jpg,in stock,1.00 EUR,B,new,Cups',
);

const required: string[] = requiredColumns.map(({ name }) => name);
const others: string[] = [...extraColumns.map(({ name }) => name), '_airbyte_raw_id', 'note'];

export interface Generated {
  columns: readonly string[];
  bytes: Buffer;
}

/** The ten columns, or these and some more in any order. */
const columnsOfFile: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 1, arbitrary: fc.constant([...required]) },
  {
    weight: 2,
    arbitrary: fc
      .subarray(others, { maxLength: 6 })
      .chain((more) => fc.shuffledSubarray([...required, ...more], { minLength: required.length + more.length })),
  },
);

/** A file as text: header, rows, now and then something that is no row; its last line end may be missing. */
export const feed: fc.Arbitrary<Generated> = columnsOfFile.chain((columns) =>
  fc
    .tuple(
      fc.constantFrom('', '', '\ufeff', '# Template\n'),
      fc.array(
        fc.tuple(
          fc.oneof(
            { weight: 20, arbitrary: fc.tuple(...columns.map(cellOf)).map((cells) => cells.join(',')) },
            { weight: 1, arbitrary: oddLine },
          ),
          lineEnd,
        ),
        { minLength: 1, maxLength: 5 },
      ),
      fc.integer({ min: 0, max: 9 }),
    )
    .map(([start, lines, ending]) => {
      const text = lines.map(([line, end]) => line + end).join('');
      const file = `${start}${columns.join(',')}\n${ending === 0 ? text.trimEnd() : text}`;
      return { columns, bytes: Buffer.from(file) };
    }),
);

/** Of a feed, what arrives when things go wrong: a byte that is another, an end that is missing. */
export const damaged: fc.Arbitrary<Buffer> = fc
  .tuple(feed, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.boolean())
  .map(([{ bytes }, at, byte, cut]) => {
    const place = at % bytes.length;
    if (cut) return bytes.subarray(0, place);
    bytes[place] = byte;
    return bytes;
  });
