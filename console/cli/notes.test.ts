import { notesOf } from './notes.ts';

describe('what a person is to know besides the counts', () => {
  test.each([
    ['nothing', [], [], []],
    ['files that are none', [], ['a.txt'], ['a.txt is left alone: product files end in .csv or .csv.gz']],
    [
      'deletes that Meta refused, and what the report warns of',
      [{ id: 's-1', withheld: 2, warnings: ['it is cut'] }],
      [],
      ['s-1: 2 deletes that Meta refused before: `retry` sends them again', 's-1: it is cut'],
    ],
    [
      'one delete',
      [{ id: 's-1', withheld: 1, warnings: [] }],
      [],
      ['s-1: 1 delete that Meta refused before: `retry` sends it again'],
    ],
  ])('%s', (_what, finished, strays, expected) => expect(notesOf(finished, strays)).toEqual(expected));
});
