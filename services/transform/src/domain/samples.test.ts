import { candidate, content, data, entry } from '../testing/build.ts';
import type { Candidate } from './fold.ts';
import { firstOf, openSampling } from './samples.ts';

type More = Parameters<typeof candidate>[1];
const known = (id: string, more: More = {}) => candidate(id, { entry: entry(id, 1), ...more });
const many = (what: string, count: number, make: (id: string, more?: More) => Candidate, more: More = {}) =>
  Array.from({ length: count }, (_, n) => make(`${what}-${n}`, more));
const samplingOf = (wanted: readonly Candidate[]) => {
  const sampling = openSampling();
  for (const one of wanted) sampling.add(one);
  return sampling;
};

describe('samples of a plan', () => {
  test('show the offer before and after, where there is one', () => {
    const dear = known('dear', { data: data('dear', '99.00 EUR', { availability: 'out of stock' }) });
    expect(samplingOf([dear, candidate('new'), known('gone', { op: 'DELETE' })]).picked).toEqual([
      {
        id: 'dear',
        kind: 'update',
        before: { price: '10.00 EUR', availability: 'in stock' },
        after: { price: '99.00 EUR', availability: 'out of stock' },
      },
      { id: 'new', kind: 'create', before: null, after: { price: '10.00 EUR', availability: 'in stock' } },
      { id: 'gone', kind: 'delete', before: { price: '10.00 EUR', availability: 'in stock' }, after: null },
    ]);
  });

  test('name what nobody knows yet by where its item lies, to be read there', () =>
    expect(samplingOf([candidate('new', { id: null })]).picked).toMatchObject([{ id: content(data('new')).item }]));

  test('are twenty of each kind at most, however many there are of another', () => {
    const gone = many('gone', 30, known, { op: 'DELETE' });
    const { picked } = samplingOf([...many('new', 30, candidate), ...many('old', 30, known), ...gone]);
    const ids = (kind: string) => picked.filter((sample) => sample.kind === kind).map(({ id }) => id);
    const first = (what: string) => Array.from({ length: 20 }, (_, n) => `${what}-${n}`);
    expect([ids('create'), ids('update'), ids('delete')]).toEqual([first('new'), first('old'), first('gone')]);
  });

  test('are taken from the most urgent first, over all partitions', () => {
    const samplings = [many('urgent', 15, known), many('rest', 15, known), many('new', 3, candidate)].map(samplingOf);
    const ids = firstOf(samplings).map(({ id }) => id);
    expect(ids).toEqual([
      ...many('urgent', 15, known).map(({ id }) => id),
      ...many('rest', 5, known).map(({ id }) => id),
      ...many('new', 3, candidate).map(({ id }) => id),
    ]);
  });
});
