import { inputOf, type TargetInput } from './input.ts';

const event = {
  version: '0',
  id: 'e1',
  'detail-type': 'FilesLanded',
  source: 'catalog-sync.ingest',
  resources: ['r0', 'r1'],
  detail: { sync: 'default-000001', files: [{ key: 'a "1".csv' }, { key: 'b' }], count: 2, whole: true, none: null },
};
const context = { ruleArn: 'arn:aws:events:eu:0:rule/b/r', ruleName: 'r', ingestionTime: Date.UTC(2026, 10, 23) };
const sent = (settings: TargetInput): string => inputOf(settings)(event, context);
const filled = (inputTemplate: string, inputPathsMap: Record<string, string> = {}): string =>
  sent({ inputTransformer: { inputTemplate, inputPathsMap } });

test('a target without settings gets the event', () => expect(JSON.parse(sent({}))).toEqual(event));
test('a constant is sent as it is', () => expect(sent({ input: '{ "a": 1 }' })).toBe('{ "a": 1 }'));

test.each([
  ['$', JSON.stringify(event)],
  ['$.detail.sync', '"default-000001"'],
  ['$.detail-type', '"FilesLanded"'],
  ["$['detail-type']", '"FilesLanded"'],
  ['$.resources[1]', '"r1"'],
  ['$.detail.files[0].key', '"a \\"1\\".csv"'],
  ['$.detail.files[*].key', '["a \\"1\\".csv","b"]'],
  ['$.detail.none', 'null'],
  ['$.detail.absent.deeper', 'null'],
  ['$.detail.constructor', 'null'],
])('the path %s selects %s', (inputPath, expected) => expect(sent({ inputPath })).toBe(expected));

test.each([
  ['a value that is a text', '{"s":<s>}', { s: '$.detail.sync' }, '{"s":"default-000001"}'],
  [
    'values that are none',
    '{"n":<n>,"w":<w>,"z":<z>}',
    { n: '$.detail.count', w: '$.detail.whole', z: '$.detail.none' },
    '{"n":2,"w":true,"z":null}',
  ],
  ['an object', '{"d":[<f>]}', { f: '$.detail.files[1]' }, '{"d":[{"key":"b"}]}'],
  [
    'a part of a text',
    '{"s":"sync <s>, <n> files"}',
    { s: '$.detail.sync', n: '$.detail.count' },
    '{"s":"sync default-000001, 2 files"}',
  ],
  ['quotes in a part of a text', '{"s":"<k>"}', { k: '$.detail.files[0].key' }, '{"s":"a \\"1\\".csv"}'],
  [
    'quotes in a text that quotes',
    '"say \\"<k>\\" <s>"',
    { k: '$.detail.files[1].key', s: '$.detail.sync' },
    '"say \\"b\\" default-000001"',
  ],
  ['an object in a text, without quotes', '"it is <f>"', { f: '$.detail.files[1]' }, '"it is {key:b}"'],
  ['an absent value', '{"a":<a>,"b":"<a>"}', { a: '$.detail.absent' }, '{"a":null,"b":""}'],
  ['lines of texts', '"a <s>"\n"b"', { s: '$.detail.sync' }, '"a default-000001"\n"b"'],
  [
    'the rule',
    '{"a":<aws.events.rule-arn>,"n":"<aws.events.rule-name>"}',
    {},
    '{"a":"arn:aws:events:eu:0:rule/b/r","n":"r"}',
  ],
  ['the time of arrival', '{"t":<aws.events.event.ingestion-time>}', {}, '{"t":"2026-11-23T00:00:00.000Z"}'],
  ['the whole event', '{"e":<aws.events.event.json>}', {}, JSON.stringify({ e: event })],
  [
    'the event without its detail',
    '{"e":<aws.events.event>}',
    {},
    JSON.stringify({ e: { ...event, detail: undefined } }),
  ],
])('a template is filled with %s', (_what, template, paths, expected) =>
  expect(filled(template, paths as Record<string, string>)).toBe(expected),
);

test.each<[string, TargetInput, RegExp]>([
  ['two kinds of input', { input: '1', inputPath: '$' }, /Only one of/],
  ['a constant that is not JSON', { input: 'text' }, /JSON syntax error/],
  ['a path without $', { inputPath: 'detail' }, /starts with \$/],
  ['a path with a filter', { inputPath: '$.detail[?(@.a)]' }, /Invalid JSON path/],
  ['a path that searches', { inputPath: '$..key' }, /Invalid JSON path/],
  ['a placeholder without path', { inputTransformer: { inputTemplate: '{"a":<a>}' } }, /<a>, which InputPathsMap/],
  ['a reserved variable', { inputTransformer: { inputTemplate: '1', inputPathsMap: { awsX: '$' } } }, /may not begin/],
  ['a long template', { inputTransformer: { inputTemplate: ' '.repeat(8193) } }, /at most 8192/],
])('%s is refused', (_what, settings, reason) => expect(() => inputOf(settings)).toThrow(reason));

test('a filled template that is not JSON is refused', () =>
  expect(() => filled('{"a":<a> x}', { a: '$.id' })).toThrow(/not JSON/));
