import { isDeepStrictEqual } from 'node:util';
import { parse } from 'csv-parse/sync';
import { fileOf, header, pieces, productLine } from '../testing.ts';
import { VALID } from './item-block.ts';
import { readByBoth, readItemsFrom } from './testing.ts';

const columns = header.split(',');
const lineOf = (id: string, title: string): string => productLine(id, { title });

/**
 * Texts that CSV readers stumble over, as a whole file writes them: the cases of csv-spectrum
 * (github.com/maxogden/csv-spectrum) as titles of products, and others that readers were seen to get wrong.
 */
const cases: Record<string, { text: string; titles: string[] }> = {
  simple: { text: fileOf(lineOf('1', 'Cup'), lineOf('2', 'Mug')), titles: ['Cup', 'Mug'] },
  'simple, CRLF': {
    text: fileOf(lineOf('1', 'Cup'), lineOf('2', 'Mug')).replaceAll('\n', '\r\n'),
    titles: ['Cup', 'Mug'],
  },
  'simple, CR': {
    text: fileOf(lineOf('1', 'Cup'), lineOf('2', 'Mug')).replaceAll('\n', '\r'),
    titles: ['Cup', 'Mug'],
  },
  'mixed line ends': {
    text: `${header}\r\n${lineOf('1', 'Cup')}\n${lineOf('2', 'Mug')}\r\n${lineOf('3', 'Jug')}\r${lineOf('4', 'Pot')}\n`,
    titles: ['Cup', 'Mug', 'Jug', 'Pot'],
  },
  'comma in quotes': { text: fileOf(lineOf('1', '"Cup, white"')), titles: ['Cup, white'] },
  'escaped quotes': {
    text: fileOf(lineOf('1', '"ha ""ha"" ha"'), lineOf('2', '"""all"""'), lineOf('3', '""""')),
    titles: ['ha "ha" ha', '"all"', '"'],
  },
  json: {
    text: fileOf(lineOf('1', '"{""type"": ""Point"", ""coordinates"": [102.0, 0.5]}"')),
    titles: ['{"type": "Point", "coordinates": [102.0, 0.5]}'],
  },
  newlines: {
    text: fileOf(lineOf('1', '"Once upon \na time"'), lineOf('2', '"2"')),
    titles: ['Once upon \na time', '2'],
  },
  'newlines, CRLF': {
    text: fileOf(lineOf('1', '"Once upon \na time"')).replaceAll('\n', '\r\n'),
    titles: ['Once upon \r\na time'],
  },
  'quotes and newlines': {
    text: fileOf(lineOf('1', '"ha \n""ha"" \nha"'), lineOf('2', 'Mug')),
    titles: ['ha \n"ha" \nha', 'Mug'],
  },
  utf8: { text: fileOf(lineOf('1', 'ʤ'), lineOf('2', 'كوب 🍵 陶器')), titles: ['ʤ', 'كوب 🍵 陶器'] },
  'location coordinates': {
    text: fileOf(lineOf('1', `"Contact: 35°54'50.5""N 79°03'19.7""W"`)),
    titles: [`Contact: 35°54'50.5"N 79°03'19.7"W`],
  },
  'a byte order mark': { text: `\ufeff${fileOf(lineOf('1', 'Cup'))}`, titles: ['Cup'] },
  'a byte order mark before a quoted header': {
    text: `\ufeff${columns.map((name) => `"${name}"`).join(',')}\n${lineOf('1', 'Cup')}\n`,
    titles: ['Cup'],
  },
  'all in quotes': {
    text: `${header}\n${lineOf('1', 'Cup')
      .split(',')
      .map((cell) => `"${cell}"`)
      .join(',')}\n`,
    titles: ['Cup'],
  },
  'bare quotes': { text: fileOf(lineOf('1', '27" tv'), lineOf('2', 'a "b" c')), titles: ['27" tv', 'a "b" c'] },
  'no newline at the end': { text: fileOf(lineOf('1', 'Cup'), lineOf('2', 'Mug')).trimEnd(), titles: ['Cup', 'Mug'] },
};

/** The same by the CSV library alone. */
const titlesByLibrary = (text: string): string[] =>
  parse(text, { bom: true, relax_quotes: true, record_delimiter: ['\r\n', '\n', '\r'] })
    .slice(1)
    .map((cells: string[]) => cells[1]!);

describe('what readers stumble over', () => {
  test.each(Object.entries(cases))('%s', async (_name, { text, titles }) => {
    const { engine, reference } = await readByBoth(Buffer.from(text));
    expect(engine).toEqual(reference);
    expect(engine.rows.map(({ item }) => JSON.parse(item!).data.title)).toEqual(titles);
    expect(titlesByLibrary(text)).toEqual(titles);
  });

  test.each(Object.entries(cases))(
    '%s: wherever it is split in two, in blocks of any size',
    async (_name, { text }) => {
      const bytes = Buffer.from(text);
      const whole = await readItemsFrom(pieces(bytes));
      for (let at = 1; at < bytes.length; at++) {
        const inBlocks = await readItemsFrom(pieces(bytes), { limits: { blockBytes: at } });
        const halves = async function* () {
          yield bytes.subarray(0, at);
          yield bytes.subarray(at);
        };
        const inHalves = await readItemsFrom(halves(), { limits: { blockBytes: 4_096 } });
        // `toEqual` takes long to see that nothing differs.
        for (const read of [inBlocks, inHalves]) if (!isDeepStrictEqual(read, whole)) expect(read).toEqual(whole);
      }
    },
  );
});

describe('what is no row of a product, is what the reference says it is', () => {
  test.each([
    ['an empty last cell', `${productLine('1').replace(/[^,]*$/, '')}\n${productLine('2')}\n`, [false, true]],
    ['a row with a cell too few', `${productLine('1').replace(/,[^,]*$/, '')}\n${productLine('2')}\n`, [false, true]],
    ['a row with a cell too many', `${productLine('1')},\n${productLine('2')}\n`, [false, true]],
    ['a NUL', `${lineOf('1', 'C\0p')}\n${productLine('2')}\n`, [false, true]],
    ['a quote that closes early', `${lineOf('1', '"a"b')}\n${productLine('2')}\n`, [false, true]],
    [
      'a quote that never closes',
      `${productLine('1')}\n${lineOf('2', '"a')}\n${productLine('3')}\n`,
      [true, false, true],
    ],
    ['blank lines', `\n${productLine('1')}\n \n\t\r\n${productLine('2')}\n\n`, [true, true]],
    ['commas alone', `,,,,,,,,,\n${productLine('2')}\n`, [false, true]],
    [
      'an id that comes again',
      `${productLine('1')}\n${productLine('1')}\n,\n${productLine('1')}\n`,
      [true, true, false, true],
    ],
    ['an end in the middle of a row', `${productLine('1')}\n${productLine('2').slice(0, 30)}`, [true, false]],
    ['an end in the middle of quotes', `${productLine('1')}\n2,"Cup`, [true, false]],
  ])('%s', async (_what, lines, valid) => {
    for (const size of [1, 7, 100_000]) {
      const { engine, reference } = await readByBoth(Buffer.from(`${header}\n${lines}`), { size });
      expect(engine).toEqual(reference);
      expect(engine.rows.map(({ verdict }) => verdict === VALID)).toEqual(valid);
    }
  });

  test.each([
    ['nothing', ''],
    ['a header alone', header],
    ['another header', 'id;title\n1;2\n'],
    ['bytes that are not UTF-8', Buffer.from(fileOf(lineOf('1', 'Tasse für Tee')), 'latin1')],
    [
      'such bytes far behind the start',
      Buffer.concat([Buffer.from(fileOf(productLine('1'))), Buffer.from([0xff, 10])]),
    ],
  ])('a file of %s', async (_what, text) => {
    const { engine, reference } = await readByBoth(Buffer.from(text));
    expect(engine).toEqual(reference);
    expect(engine.summary.usable).toBe(false);
  });
});

test('a row behind a wrong quote that may be the end of its text is not believed, though it looks like any other', async () => {
  const longest = 200;
  const lines = [lineOf('1', '"a"b'), 'x'.repeat(2 * longest - 5), productLine('end"'), productLine('2')];
  const { engine, reference } = await readByBoth(Buffer.from(fileOf(...lines)), { limits: { recordBytes: longest } });
  expect(engine).toEqual(reference);
  expect(engine.rows.filter(({ verdict }) => verdict === VALID).map(({ id }) => id)).toEqual(['2']);
});

describe('blocks', () => {
  test('are given as often as they are full, and rows go on from one to the next', async () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => (n % 7 === 0 ? ',' : productLine(`p-${n % 9_000}`)));
    const { engine, reference } = await readByBoth(Buffer.from(fileOf(...lines)), {
      limits: { blockBytes: 5_000_000 },
    });
    expect(engine.rows).toHaveLength(10_000);
    expect(engine.told.filter(({ kind }) => kind === 'valid').length).toBeGreaterThan(700);
    expect(engine).toEqual(reference);
  });

  test('grow for a row that is longer in JSON than in the file', async () => {
    const long = productLine('1').replace('A cup', `"${'\u0001'.repeat(3_000)}"`);
    const { engine, reference } = await readByBoth(Buffer.from(fileOf(long, productLine('2'))), {
      limits: { blockBytes: 40 },
    });
    expect(engine.rows.map(({ verdict }) => verdict)).toEqual([VALID, VALID]);
    expect(engine).toEqual(reference);
  });

  test('have other fingerprints by another version of the mapping', async () => {
    const bytes = Buffer.from(fileOf(productLine('1')));
    const [one, two] = [await readItemsFrom(pieces(bytes)), await readItemsFrom(pieces(bytes), { mappingVersion: 2 })];
    expect(two.rows[0]!.fingerprint).not.toEqual(one.rows[0]!.fingerprint);
    expect(two.rows[0]!.idHash).toEqual(one.rows[0]!.idHash);
  });
});

test('a source is closed when nobody reads on', async () => {
  let closed = false;
  const source = async function* () {
    try {
      for (;;) yield Buffer.from(fileOf(...Array.from({ length: 1_000 }, (_, n) => productLine(String(n)))));
    } finally {
      closed = true;
    }
  };
  const { readItems } = await import('./read-items.ts');
  for await (const block of readItems(source(), { key: 'a.csv' })) if (block.count > 0) break;
  expect(closed).toBe(true);
});
