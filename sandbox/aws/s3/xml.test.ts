import { parseXml, textOf, xmlDocument } from './xml.ts';

test('text goes out escaped and comes in again', () => {
  const text = '<&>"\' \t\n\r\u0001 ü😀 ]]>';
  const root = parseXml(xmlDocument('Root', [['Key', text]]));
  expect([root.name, textOf(root, 'Key')]).toEqual(['Root', text]);
});

test('comments, declarations, CDATA, attributes and empty elements are understood', () => {
  const root = parseXml('<?xml version="1.0"?><!-- c --><R xmlns="x"><A/><B>a<![CDATA[<b>]]>&#x63;</B></R>\n');
  expect(root.children.map(({ name, text }) => [name, text])).toEqual([
    ['A', ''],
    ['B', 'a<b>c'],
  ]);
});

test.each([
  '',
  'text',
  '<a>',
  '<a></b>',
  '<a/><b/>',
  '<a>&other;</a>',
  '<!DOCTYPE a><a/>',
  '<a',
  '</a>',
  '<a>&#x110000;</a>',
])('%j is refused', (source) => {
  expect(() => parseXml(source)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
});
