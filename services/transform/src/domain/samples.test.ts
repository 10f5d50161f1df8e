import { candidate, data, entry } from '../testing/build.ts';
import { samplesOf } from './samples.ts';

const many = (what: string, count: number, more: Parameters<typeof candidate>[1] = {}) =>
  Array.from({ length: count }, (_, n) => candidate(`${what}-${n}`, more));

describe('samples of a plan', () => {
  test('show the offer before and after, where there is one', () => {
    const entries = new Map([
      ['dear', entry('dear', 1)],
      ['gone', entry('gone', 1)],
    ]);
    const dear = candidate('dear', { data: data('dear', '99.00 EUR', { availability: 'out of stock' }) });
    expect(samplesOf([dear, candidate('new'), candidate('gone', { op: 'DELETE' })], entries)).toEqual([
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

  test('are twenty of each kind at most, however many there are of another', () => {
    const entries = new Map(many('old', 30).map(({ id }) => [id, entry(id, 1)]));
    const gone = many('gone', 30, { op: 'DELETE' });
    const samples = samplesOf([...many('new', 30), ...many('old', 30), ...gone], entries);
    const ids = (kind: string) => samples.filter((sample) => sample.kind === kind).map(({ id }) => id);
    const first = (what: string) => Array.from({ length: 20 }, (_, n) => `${what}-${n}`);
    expect([ids('create'), ids('update'), ids('delete')]).toEqual([first('new'), first('old'), first('gone')]);
  });
});
