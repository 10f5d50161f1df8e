import { itemOf } from './read-rows.ts';
import { fileOf, header, productLine, read, told } from './testing.ts';

const codes = (findings: readonly { code: string }[]) => findings.map(({ code }) => code);

describe('a valid row', () => {
  test('becomes an item with its fields in the order of the data flow', async () => {
    const { rows } = await read(fileOf(productLine('A-1', { title: '"Cup, ""white"""' })));
    const [row] = rows;
    expect(row).toMatchObject({ kind: 'valid', line: 2, row: 1, id: 'A-1', findings: [] });
    expect(row?.kind === 'valid' && JSON.stringify(itemOf(row.data))).toBe(
      '{"method":"UPDATE","data":{"id":"A-1","title":"Cup, \\"white\\"","description":"A cup","availability":"in stock",' +
        '"price":"1.00 EUR","link":"https://s.example/1","image_link":"https://s.example/1.jpg","brand":"B",' +
        '"condition":"new","google_product_category":"Cups"}}',
    );
  });

  test('sends an empty extra cell as cleared, and an absent column not at all', async () => {
    const { rows } = await read(
      `sale_price,${header},additional_image_link,gtin\n ,${productLine('1')},,12345678\n0.50 EUR,${productLine('2')},https://s.example/2.jpg,\n`,
    );
    const extras = rows.map((row) => row.kind === 'valid' && Object.entries(row.data).slice(10));
    expect(extras).toEqual([
      [
        ['sale_price', ''],
        ['gtin', '12345678'],
        ['additional_image_link', []],
      ],
      [
        ['sale_price', '0.50 EUR'],
        ['gtin', ''],
        ['additional_image_link', ['https://s.example/2.jpg']],
      ],
    ]);
  });

  test.each([
    '=cmd()',
    '<script>alert(1)</script>',
    '\u202Eabc\u200B',
    '-1',
    '{}',
    '__proto__',
    'tab\there',
    'كوب شاي',
    '27" tv',
  ])('keeps its text as it is: %j', async (title) => {
    const quoted = `"${title.replaceAll('"', '""')}"`;
    for (const cell of [title, quoted]) {
      const { rows } = await read(fileOf(productLine('1', { title: ` ${cell}`.slice(cell === quoted ? 1 : 0) })));
      expect(rows[0]).toMatchObject({ kind: 'valid', data: { title } });
    }
  });

  test('may come with a BOM, CRLF, comments, blank lines, other cases, another order and Airbyte’s columns', async () => {
    const given = `${productLine('1')},x,y`.split(',').reverse().join(',');
    const names = `${header},_airbyte_raw_id,_airbyte_extracted_at`
      .split(',')
      .reverse()
      .map((name) => ` ${name.toUpperCase()} `);
    const text = `\uFEFF# Required, "a comment, with\r\n"# Optional, ""x""","b"\r\n\r\n${names.join(',')}\r\n \t\r\n${given}\r\n\r\n`;
    const { rows, summary } = await read(text);
    expect(rows).toMatchObject([{ kind: 'valid', line: 6, row: 1, id: '1' }]);
    expect(summary).toMatchObject({ usable: true, findings: [], rows: 1, valid: 1, finalNewline: true, cut: false });
  });

  test('may end its lines as old Macs did', async () => {
    expect(told(await read(fileOf(productLine('1'), productLine('2')).replaceAll('\n', '\r')))).toEqual([
      '2 valid 1',
      '3 valid 2',
    ]);
  });
});

describe('a rejected row', () => {
  test('says all that is wrong with it, and still has its id', async () => {
    const { rows, summary } = await read(fileOf('7,,x,shop.example,,maybe,5,B,new,'));
    expect(rows[0]).toMatchObject({ kind: 'rejected', id: '7' });
    expect(codes(rows[0]!.findings)).toEqual([
      'empty-title',
      'bad-availability',
      'bad-price',
      'bad-url-link',
      'empty-image_link',
      'empty-product_type',
    ]);
    expect(summary).toMatchObject({ rows: 1, valid: 0, rejected: 1, unreadableIds: 0 });
  });

  test.each([
    ['without id', productLine(' '), 'empty-id'],
    ['with an endless id', productLine('x'.repeat(101)), 'too-long-id'],
    ['of empty cells', ',,,,,,,,,', 'empty-id'],
    ['with a NUL in its id', productLine('a\0'), 'nul'],
  ])('%s has no readable id', async (_what, line, code) => {
    const { rows, summary } = await read(fileOf(line, productLine('2')));
    expect(rows[0]).toMatchObject({ kind: 'rejected', id: null, findings: [{ code, line: 2, row: 1 }] });
    expect(summary).toMatchObject({ rows: 2, valid: 1, rejected: 1, unreadableIds: 1 });
  });

  test('has its id when the row is ragged behind it, on one line', async () => {
    expect(told(await read(fileOf('1,a', productLine('2'), `${productLine('3')},x`)))).toEqual([
      '2 ragged-row 1',
      '3 valid 2',
      '4 ragged-row 3',
    ]);
    const ending = `${header.replace('id,', '')},id\n${productLine('x')},y\n`;
    expect(told(await read(ending))).toEqual(['2 ragged-row null']);
  });

  test.each([
    ['2.00 EUR', 'above the price'],
    ['1.00 EUR', 'equal to it'],
    ['0.50 USD', 'in another currency'],
  ])('has a sale price %s, %s', async (sale) => {
    const { rows } = await read(`${header},sale_price\n${productLine('1')},${sale}\n`);
    expect(rows[0]).toMatchObject({ kind: 'rejected', findings: [{ code: 'bad-sale_price', column: 'sale_price' }] });
  });

  test('shows what cannot be seen, and only the beginning of it', async () => {
    const { rows } = await read(fileOf(productLine('1', { price: `\u202E\u0007${'9'.repeat(10_000)}` })));
    expect(rows[0]!.findings[0]!.message).toBe(`price is "\\u{202e}\\u{7}${'9'.repeat(58)}…".`);
  });
});

describe('quotes that do not pair up', () => {
  const bad = productLine('bad', { title: '"5" cup"' });
  const open = productLine('open', { title: '"cup' });

  test.each<[string, string[], string[]]>([
    ['in one row leave the next alone', [bad, productLine('2')], ['2 bad-quote bad', '3 valid 2']],
    ['never closed', [open, productLine('2'), productLine('3')], ['2 bad-quote open', '3 valid 2', '4 valid 3']],
    [
      'closed by the next quoted cell',
      [open, productLine('2'), productLine('3', { title: '"a, b"' })],
      ['2 bad-quote open', '3 valid 2', '4 valid 3'],
    ],
    [
      'closed so that a row of another width comes out',
      [open, productLine('2'), productLine('3', { title: 'a",b' }), productLine('4')],
      ['2 bad-quote open', '3 valid 2', '4 ragged-row 3', '5 valid 4'],
    ],
    [
      'before a row with bare quotes',
      [bad, productLine('2', { title: '27" tv' }), productLine('3', { title: '""' })],
      ['2 bad-quote bad', '3 valid 2', '4 empty-title 3'],
    ],
    ['twice', [bad, bad, productLine('2')], ['2 bad-quote null', '4 valid 2']],
  ])('%s', async (_what, lines, expected) => {
    expect(told(await read(fileOf(...lines)))).toEqual(expected);
  });

  test('never make a product of the text behind them', async () => {
    // Its last line has as many cells as a row.
    const text =
      '1,Cup,"For a 5" cup:\nsoft, warm, and cosy",https://s.example/1,https://s.example/1.jpg,in stock,1.00 EUR,B,new,Cups';
    expect(told(await read(fileOf(text, productLine('2'))))).toEqual(['2 bad-quote null', '4 valid 2']);
  });

  test('in a row over several lines with a cell too many', async () => {
    const text = productLine('1', { title: '"a\nb",c' });
    expect(told(await read(fileOf(text, productLine('2'))))).toEqual(['2 ragged-row null', '4 valid 2']);
  });

  test('beyond the longest row', async () => {
    const lines = Array.from({ length: 50 }, (_, n) => productLine(`p${n}`));
    const result = await read(fileOf(open, ...lines), { limits: { recordBytes: 500 } });
    expect(result.summary).toMatchObject({ usable: true, rows: 51, valid: 50 });
  });

  test('never make a product of the text behind them, however long it is', async () => {
    const text = ['1,Cup,"For a 5" cup:', ...Array.from({ length: 100 }, () => 'white clay')].join('\n');
    const last = 'soft, warm, and cosy",https://s.example/1,https://s.example/1.jpg,in stock,1.00 EUR,B,new,Cups';
    const result = await read(fileOf(text, last, productLine('2')), { limits: { recordBytes: 200 } });
    expect(result.rows.filter(({ kind }) => kind === 'valid')).toMatchObject([{ id: '2', line: 104 }]);
  });

  test('refuse the file when looking behind them would take too long', async () => {
    const notes = Array.from({ length: 990 }, (_, n) => `note_${n}`).join(',');
    // Each first line runs on through hundreds of rows before it proves wrong; each second line is a whole row.
    const lines = `x",a,a,a,"y\n${','.repeat(999)}\n`.repeat(200);
    const { summary } = await read(`${header},${notes}\n${lines}`);
    expect(summary).toMatchObject({ usable: false, rows: 0 });
    expect(codes(summary.findings)).toEqual(['unknown-column', 'unreadable']);
  });
});

describe('a warning', () => {
  test('about an id that comes again names the first line', async () => {
    const { rows, summary } = await read(fileOf(productLine('1'), productLine('2'), productLine('1')));
    expect(summary).toMatchObject({ valid: 3, findings: [] });
    expect(rows[2]!.findings).toMatchObject([
      { code: 'duplicate-id', line: 4, row: 3, column: 'id', severity: 'warning' },
    ]);
    expect(rows[2]!.findings[0]!.message).toContain('line 2');
  });

  test.each([
    ['LEATHER BOOTS', ['all-capitals']],
    ['ЧАЙНИК БОЛЬШОЙ', ['all-capitals']],
    ['IKEA', []],
    ['Leather BOOTS', []],
    ['12345 67890', []],
    ['كرسي حديقة', []],
  ])('about capitals: %s', async (title, expected) => {
    const { rows } = await read(fileOf(productLine('1', { title })));
    expect(codes(rows[0]!.findings)).toEqual(expected);
  });

  test.each([
    ['8.8E+12', ['looks-mangled']],
    ['8,8E+12', ['looks-mangled']],
    ['#REF!', ['looks-mangled']],
    ['1E5', []],
    ['SKU-8.8', []],
  ])('about mangled ids: %s', async (id, expected) => {
    const cell = `"${id}"`;
    const { rows } = await read(fileOf(productLine(cell)));
    expect(rows[0]!.kind).toBe('valid');
    expect(codes(rows[0]!.findings)).toEqual(expected);
  });

  test('about columns that are not sent comes once', async () => {
    const { rows, summary } = await read(
      `${header},shelf,__proto__,constructor,google_product_category\n${productLine('1')},a,b,c,d\n`,
    );
    expect(summary.findings).toMatchObject([{ code: 'unknown-column', line: 1, row: null, column: 'shelf' }]);
    expect(summary.findings[0]!.message).toContain('"__proto__", "constructor", "google_product_category"');
    expect(summary.findings[0]!.remedy).toContain('product_type');
    expect(rows.map((row) => row.kind === 'valid' && Object.keys(row.data).length)).toEqual([10]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('the end of a file', () => {
  const whole = fileOf(productLine('1'), productLine('2', { title: '"a\n\nb"' }), productLine('3', { title: 'تعال' }));

  test.each([
    ['whole', whole, {}, { cut: false, finalNewline: true }, []],
    ['without a line break', whole.slice(0, -1), {}, { cut: false, finalNewline: false, valid: 3 }, ['cut-at-end']],
    ['without a line break, rows as declared', whole.slice(0, -1), { declaredRows: 3 }, { cut: false, valid: 3 }, []],
    ['fewer rows than declared', whole, { declaredRows: 4 }, { cut: true, valid: 3 }, ['cut-at-end']],
    ['more rows than declared', whole, { declaredRows: 2 }, { cut: false, valid: 3 }, []],
    ['in a row', whole.slice(0, -30), {}, { cut: true, rows: 3, valid: 2 }, ['cut-at-end']],
    [
      'in a character of the last cell',
      Buffer.from(`${whole.slice(0, -5)}é`).subarray(0, -1),
      {},
      { cut: true, rows: 3, valid: 2 },
      ['cut-at-end'],
    ],
    ['in quotes', whole.slice(0, whole.indexOf('\n\nb') + 2), {}, { cut: true, rows: 2, valid: 1 }, ['cut-at-end']],
  ])('%s', async (_what, text, options, expected, warnings) => {
    const { summary } = await read(text, options);
    expect(summary).toMatchObject({ usable: true, ...expected });
    expect(codes(summary.findings)).toEqual(warnings);
  });

  test('cut at any byte that is not the end of a row is never taken for whole', async () => {
    const bytes = Buffer.from(whole);
    const rowEnds = new Set(
      [1, 2, 3].map((n) =>
        Buffer.byteLength(
          fileOf(
            ...[productLine('1'), productLine('2', { title: '"a\n\nb"' }), productLine('3', { title: 'تعال' })].slice(
              0,
              n,
            ),
          ),
        ),
      ),
    );
    for (let at = 0; at < bytes.length; at++) {
      const { summary, rows } = await read(bytes.subarray(0, at));
      const looksWhole = summary.usable && !summary.cut && summary.finalNewline;
      expect([at, looksWhole]).toEqual([at, rowEnds.has(at)]);
      expect(rows.filter(({ kind }) => kind === 'valid').every((row) => ['1', '2', '3'].includes(row.id!))).toBe(true);
    }
  });
});

describe('a file that is refused', () => {
  test.each<[string, string | Uint8Array, string[]]>([
    ['empty', '', ['empty-file']],
    ['blank', '\uFEFF\n\n  \n', ['empty-file']],
    ['only a comment', '# nothing\n', ['empty-file']],
    ['only a header', `${header}\n`, ['header-only']],
    ['only a header, unended', header, ['header-only']],
    [
      'two columns missing',
      `${header.replace('price', 'cost').replace('brand', 'Marke')}\n${productLine('1')}\n`,
      ['missing-column', 'missing-column'],
    ],
    ['a column twice', `${header},Price \n${productLine('1')},x\n`, ['duplicate-column']],
    ['UTF-16 LE', Buffer.from(`\uFEFF${fileOf(productLine('1'))}`, 'utf16le'), ['not-utf8']],
    ['UTF-16 LE without a mark', Buffer.from(fileOf(productLine('1')), 'utf16le'), ['not-utf8']],
    ['UTF-16 BE', Buffer.from(`\uFEFF${fileOf(productLine('1'))}`, 'utf16le').swap16(), ['not-utf8']],
    ['Latin-1 in the header', Buffer.from(`${header},größe\n`, 'latin1'), ['not-utf8']],
    ['a workbook', Buffer.from('PK\x03\x04rest'), ['unreadable']],
    ['wrong quotes in the header', `id,"title" x,description\n`, ['unreadable']],
  ])('%s', async (_what, text, expected) => {
    const { rows, summary } = await read(text);
    expect(rows).toEqual([]);
    expect(summary).toMatchObject({ usable: false, rows: 0, valid: 0, rejected: 0 });
    expect(codes(summary.findings)).toEqual(expected);
    expect(summary.findings.every(({ line }) => line === 1)).toBe(true);
  });

  test('says in which line it is not UTF-8', async () => {
    const text = Buffer.from(
      fileOf(productLine('1', { title: '"a\nb"' }), productLine('2', { title: 'Café' })),
      'latin1',
    );
    const { summary } = await read(text);
    expect(summary).toMatchObject({ usable: false, findings: [{ code: 'not-utf8', line: 4 }] });
  });

  test.each([
    [';', "';'"],
    ['\t', 'tabs'],
    ['|', "'|'"],
  ])('with %j between its columns is told so', async (delimiter, called) => {
    const { summary } = await read(fileOf(productLine('1')).replaceAll(',', delimiter));
    expect(summary.findings).toHaveLength(10);
    expect(summary.findings.every(({ remedy }) => remedy.includes(`uses ${called}`))).toBe(true);
  });

  test.each([
    ['image link', 'image_link', 'Rename the column "image link" to image_link.'],
    ['availabilty', 'availability', 'Rename the column "availabilty" to availability.'],
    ['note', 'brand', 'Add the column brand to the export.'],
  ])('with %j for %s gets a hint', async (wrong, right, remedy) => {
    const { summary } = await read(`${header.replace(right, wrong)}\n`);
    expect(summary.findings).toMatchObject([{ code: 'missing-column', column: right, remedy }]);
  });

  test.each([
    ['a row', { recordBytes: 300 }, 3],
    ['a file', { fileBytes: 300 }, 3],
  ])('is too large: %s', async (_what, limits, line) => {
    const { summary } = await read(fileOf(productLine('1'), productLine('2', { title: 'x'.repeat(400) })), {
      limits: { ...limits, blockBytes: 100 },
    });
    expect(summary).toMatchObject({ usable: false, rows: 0, findings: [{ code: 'too-large' }] });
    expect(summary.findings[0]!.line).toBe(line);
  });

  // A comment's quotes may be as they like, but behind a blank line they swallowed the header.
  test.each(['', '\n', ' \r\n\t\n'])('is understood with %j and a comment before its header', async (blank) => {
    const { summary } = await read(`${blank}# say,"27 inch\n${fileOf(productLine('1'))}`);
    expect(summary).toMatchObject({ usable: true, valid: 1, findings: [] });
  });

  // They were told apart by where a block of the file happened to end.
  test.each([
    ['a comment that is a little longer than a row may be', `# ${'x'.repeat(299)}\n${header}\n`, 300, 'too-large'],
    ['a quote behind the last byte a row may have', `${'x'.repeat(100)},"y\nz\n`, 100, 'too-large'],
    ['a wrong quote that is the last byte a row may have', `"${'x'.repeat(99)}"x\n`, 100, 'unreadable'],
  ])('is the same in blocks of any size: %s', async (_what, text, recordBytes, code) => {
    for (const blockBytes of [1, 7, 101, 300, 65_536]) {
      const { summary } = await read(text, { limits: { recordBytes, blockBytes } });
      expect(summary.findings.map((found) => found.code)).toEqual([code]);
    }
  });
});
