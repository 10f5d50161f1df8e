import { type Fold, fold, type ModelFile, nothing, type Rules } from './model.ts';
import type { Row, Upload } from './shop/world.ts';

const KEEP: Rules = { badRowRefuses: false, badFileRefusesAll: false };
/** `p1=a` is a good row, `p1!` a bad one whose id can be read, `?!` a bad one without. */
const rowOf = (text: string): Row => {
  const [id = '', title] = text.replace('!', '').split('=');
  return { id: id === '?' ? null : id, data: title === undefined ? null : { id, title }, line: text };
};
/** A file at an instant; `more` says what is special about it. */
const file = (instant: number, rows: string, more: Partial<Upload> = {}): ModelFile => {
  const key = more.key ?? `data/${instant}.csv`;
  const upload: Upload = {
    at: instant,
    metadata: {},
    header: '',
    rows: rows === '' ? [] : rows.split(' ').map(rowOf),
    readable: true,
    cut: false,
    finalNewline: true,
    ...more,
    key,
  };
  return { upload, order: { instant, key, version: instant } };
};
const whole = (instant: number, rows: string, more: Partial<Upload> = {}): ModelFile =>
  file(instant, rows, { ...more, metadata: { full: 'true', ...more.metadata } });
const part = (instant: number, of: string, rows: string, more: Partial<Upload> = {}): ModelFile =>
  whole(instant, rows, { metadata: { part: of }, key: `data/x/${instant}.csv`, ...more });

/** One sync after the other; what is there then: `p1=a p2=gone`. */
const folded = (syncs: readonly (readonly ModelFile[])[], rules: Rules = KEEP): Fold =>
  syncs.reduce<Fold>((before, files) => fold(before, files, rules), fold(nothing, [], rules));
const shown = ({ products }: Fold): string =>
  [...products]
    .map(([id, { data }]) => `${id}=${data?.title ?? 'gone'}`)
    .toSorted()
    .join(' ');

describe('what files come to', () => {
  test.each<[string, ModelFile[][], string]>([
    ['a row makes a product', [[file(1, 'p1=a')]], 'p1=a'],
    ['the later file wins in one sync', [[file(2, 'p1=b'), file(1, 'p1=a')]], 'p1=b'],
    ['the later file wins in a later sync', [[file(1, 'p1=a')], [file(2, 'p1=b')]], 'p1=b'],
    ['an older file that comes late changes nothing', [[file(2, 'p1=b')], [file(1, 'p1=a p2=a')]], 'p1=b p2=a'],
    ['the later row of a file wins', [[file(1, 'p1=a p1=b')]], 'p1=b'],
    ['a bad row leaves what is there', [[file(1, 'p1=a')], [file(2, 'p1! p2=b')]], 'p1=a p2=b'],
    ['a file that cannot be read says nothing', [[file(1, 'p1=a'), file(2, 'p1=b', { readable: false })]], 'p1=a'],
    ['one key twice: the later version wins', [[file(1, 'p1=a', { key: 'k' }), file(2, 'p1=b', { key: 'k' })]], 'p1=b'],
  ])('%s', (_, syncs, expected) => expect(shown(folded(syncs))).toBe(expected));

  const before = [file(1, 'p1=a p2=a')];
  test.each<[string, ModelFile[][], string]>([
    ['ends what it does not name', [before, [whole(2, 'p1=b')]], 'p1=b p2=gone'],
    ['ends nothing that a newer file brought', [before, [file(3, 'p2=c')], [whole(2, 'p1=b')]], 'p1=b p2=c'],
    ['ends nothing that a newer file of its sync brings', [before, [whole(2, 'p1=b'), file(3, 'p2=c')]], 'p1=b p2=c'],
    ['counts a bad row as present', [before, [whole(2, 'p1=b p2!')]], 'p1=b p2=a'],
    ['ends nothing when a row has no id', [before, [whole(2, 'p1=b ?!')]], 'p1=b p2=a'],
    ['ends nothing when it is cut', [before, [whole(2, 'p1=b', { cut: true })]], 'p1=b p2=a'],
    ['ends nothing without an end', [before, [whole(2, 'p1=b', { finalNewline: false })]], 'p1=b p2=a'],
    [
      'without an end is whole when its rows are counted',
      [before, [whole(2, 'p1=b', { finalNewline: false, metadata: { rows: '1' } })]],
      'p1=b p2=gone',
    ],
    ['ends nothing when it is empty', [before, [whole(2, '')]], 'p1=a p2=a'],
    ['is one below full/', [before, [file(2, 'p1=b', { key: 'data/full/a.csv' })]], 'p1=b p2=gone'],
    ['ends a product that may come back', [before, [whole(2, 'p1=b')], [file(3, 'p2=c')]], 'p1=b p2=c'],
    [
      'in parts is whole with all of them',
      [before, [part(2, '1/2', 'p1=b'), part(3, '2/2', 'p3=b')]],
      'p1=b p2=gone p3=b',
    ],
    ['in parts is none when one is missing', [before, [part(2, '1/2', 'p1=b')]], 'p1=b p2=a'],
    [
      'in parts is none when one comes twice',
      [before, [part(2, '1/2', 'p1=b'), part(3, '1/2', 'p3=b')]],
      'p1=b p2=a p3=b',
    ],
    ['in parts is none over two syncs', [before, [part(2, '1/2', 'p1=b')], [part(3, '2/2', 'p3=b')]], 'p1=b p2=a p3=b'],
    [
      'in parts is none over two folders',
      [before, [part(2, '1/2', 'p1=b'), part(3, '2/2', 'p3=b', { key: 'data/y/3.csv' })]],
      'p1=b p2=a p3=b',
    ],
    [
      'in parts is as old as its oldest',
      [[file(1, 'p1=a')], [file(3, 'p2=c')], [part(2, '1/2', 'p1=b'), part(4, '2/2', 'p3=b')]],
      'p1=b p2=c p3=b',
    ],
    ['is the floor: older rows are superseded', [[whole(2, 'p1=b')], [file(1, 'p1=a p3=a')]], 'p1=b'],
    ['older than the floor ends nothing', [[whole(3, 'p1=b p2=b')], [whole(2, 'p1=a')]], 'p1=b p2=b'],
    ['is one of two in a sync: the newer', [before, [whole(3, 'p1=c'), whole(2, 'p2=b')]], 'p1=c p2=gone'],
  ])('a whole feed %s', (_, syncs, expected) => expect(shown(folded(syncs))).toBe(expected));

  test.each<[string, Rules, ModelFile[], number[], string]>([
    ['a bad row is set aside', KEEP, [file(1, 'p1=a p2!'), file(2, 'p3=b')], [], 'p1=a p3=b'],
    [
      'a bad row refuses its file',
      { ...KEEP, badRowRefuses: true },
      [file(1, 'p1=a p2!'), file(2, 'p3=b')],
      [0],
      'p3=b',
    ],
    ['a bad file is refused alone', KEEP, [file(1, 'p1=a', { readable: false }), file(2, 'p3=b')], [0], 'p3=b'],
    ['a file without rows is refused', KEEP, [file(1, ''), file(2, 'p3=b')], [0], 'p3=b'],
    ['a bad file refuses the sync', { ...KEEP, badFileRefusesAll: true }, [file(1, ''), file(2, 'p3=b')], [0, 1], ''],
    [
      'a bad row refuses the sync',
      { badRowRefuses: true, badFileRefusesAll: true },
      [file(1, 'p1!'), file(2, 'p3=b')],
      [0, 1],
      '',
    ],
  ])('%s', (_, rules, files, refused, expected) => {
    const result = fold(nothing, files, rules);
    expect([[...result.refused], shown(result)]).toEqual([refused, expected]);
  });

  test('counts the rows of the files that are used, and names what was ended', () => {
    const files = [whole(2, 'p1=b p3! p4!'), file(3, '', { readable: false })];
    const { counts, ended, floor } = fold(folded([before]), files, KEEP);
    expect(counts).toEqual({ landed: 3, valid: 1, rejected: 2 });
    expect([ended, floor?.instant]).toEqual([['p2'], 2]);
  });
});
