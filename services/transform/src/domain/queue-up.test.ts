import { candidate, data, entry } from '../testing/build.ts';
import { queueUp } from './queue-up.ts';

const entries = new Map(['price', 'stock', 'title', 'gone', 'waited'].map((id) => [id, entry(id, 1)]));

describe('what is sent first', () => {
  test('long carried, then price and stock of live products, then the rest, deletes last', () => {
    const queue = queueUp(
      [
        candidate('gone', { op: 'DELETE' }),
        candidate('new'),
        candidate('title', { data: data('title', '10.00 EUR', { title: 'Other' }) }),
        candidate('stock', { data: data('stock', '10.00 EUR', { availability: 'out of stock' }) }),
        candidate('price', { data: data('price', '12.00 EUR') }),
        candidate('waited', { op: 'DELETE', syncs: 3 }),
        candidate('waiting', { syncs: 2 }),
      ],
      entries,
    );
    expect(queue.map(({ id }) => id)).toEqual(['waited', 'price', 'stock', 'new', 'title', 'waiting', 'gone']);
  });

  test('is the same whatever order the rows came in', () => {
    const all = ['c', 'a', 'b'].map((id) => candidate(id));
    expect(queueUp(all, entries)).toEqual(queueUp(all.toReversed(), entries));
  });
});
