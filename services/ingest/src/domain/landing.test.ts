import {
  declaredRows,
  explicitInstant,
  isFolderMarker,
  isProductFile,
  isWhole,
  partOf,
  pathBelowData,
  unreadMetadata,
} from './landing.ts';

describe('a product file', () => {
  test.each([
    ['data/products.csv', true],
    ['data/shoes/full/products.csv.gz', true],
    ['data/PRODUCTS.CSV', true],
    ['data/products.xlsx', false],
    ['data/products.csv.zip', false],
    ['data/', false],
    ['archive/2026/11/23/products.csv', false],
    [`data/${'x'.repeat(900)}.csv`, true],
    [`data/${'ö'.repeat(500)}.csv`, false],
  ])('%p: %p', (key, expected) => expect(isProductFile(key)).toBe(expected));

  test('has its path below the landing zone', () => expect(pathBelowData('data/shoes/a.csv')).toBe('shoes/a.csv'));
  test('is no folder', () =>
    expect([isFolderMarker('data/shoes/'), isFolderMarker('data/shoes')]).toEqual([true, false]));
});

describe('a whole feed', () => {
  test.each([
    ['says so in its metadata', 'data/a.csv', { full: 'true' }, true],
    ['says so in any letters', 'data/a.csv', { full: ' True ' }, true],
    ['lies in a folder named full', 'data/shoes/full/a.csv', {}, true],
    ['is not one for its name', 'data/full.csv', {}, false],
    ['is not one for a folder that is only named alike', 'data/fulltime/a.csv', {}, false],
    ['is not one by any other word', 'data/a.csv', { full: 'yes' }, false],
    ['may be a part', 'data/a.csv', { full: 'true', part: '1/3', rows: '10' }, true],
    ['is one when it is a part of one', 'data/a.csv', { part: '2/3' }, true],
    ['is not one when nobody can read which part it is', 'data/a.csv', { full: 'true', part: '1 of 3' }, false],
    ['is not one when it is a part beyond the last', 'data/full/a.csv', { part: '4/3' }, false],
    ['is not one when nobody can read how many rows it has', 'data/a.csv', { full: 'true', rows: '1,000' }, false],
  ])('%s', (_what, key, metadata, expected) => expect(isWhole(key, metadata as Record<string, string>)).toBe(expected));
});

describe('the part of a whole feed', () => {
  test.each([
    ['1/3', { k: 1, n: 3 }],
    [' 3 / 3 ', { k: 3, n: 3 }],
    ['1/1', { k: 1, n: 1 }],
    ['0/3', null],
    ['4/3', null],
    ['-1/3', null],
    ['1/3/5', null],
    ['', null],
  ])('%p', (part, expected) => expect(partOf({ part })).toEqual(expected));
  test('is none without a word', () => expect(partOf({})).toBeNull());
});

describe('the declared row count', () => {
  test.each([
    ['1000', 1000],
    ['0', 0],
    ['1e3', null],
    ['-1', null],
    ['', null],
  ])('%p', (rows, expected) => expect(declaredRows({ rows })).toBe(expected));
});

describe('the explicit order of a file', () => {
  const noon = Date.UTC(2026, 10, 23, 12);
  test.each([
    [String(noon), noon],
    ['2026-11-23T12:00:00Z', noon],
    ['2026-11-23T13:00:00+01:00', noon],
    ['2026-11-23T13:00:00+0100', noon],
    ['2026-11-23T13:00:00+01', noon],
    ['2026-11-23T12Z', noon],
    ['20261123T120000Z', noon],
    ['20261123T130000.250+0100', noon + 250],
    ['20261123T1200', noon],
    ['20261123', noon - 12 * 3600 * 1000],
    ['20261323', 20261323],
    ['2026-1123', null],
    ['2026-11', null],
    ['2026-W48-1', null],
    ['2026-11-23T12:00:00.250Z', noon + 250],
    ['2026-11-23T12:00', noon],
    ['2026-11-23T12:00:00', noon],
    ['2026-11-23 12:00:00', noon],
    ['2026-11-23', noon - 12 * 3600 * 1000],
    ['2026-13-45', null],
    ['2026-02-30', null],
    ['2026-02-29T12:00:00+01:00', null],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2026-11-23 about noon', null],
    ['yesterday', null],
    ['-5', null],
    ['', null],
  ])('%p', (sequence, expected) => expect(explicitInstant({ sequence })).toBe(expected));
  test('is none without a word', () => expect(explicitInstant({})).toBeNull());
});

describe('metadata that nobody can read is named', () => {
  test.each([
    ['when all can be read', { sequence: '20261123', part: '1/2', rows: '10', full: 'perhaps' }, []],
    ['when there is none', {}, []],
    ['when a word is empty', { sequence: ' ', part: '', rows: '' }, []],
    ['each', { sequence: 'yesterday', part: '3/2', rows: '1,000' }, ['sequence', 'part', 'rows']],
  ])('%s', (_what, metadata, expected) => expect(unreadMetadata(metadata as Record<string, string>)).toEqual(expected));
});
