import { candidate, content, data, entry } from '../testing/build.ts';
import { itemOf } from '../testing/items.ts';
import type { Candidate } from './fold.ts';
import { DELETES, OFFERS, queueUp, REST, sizeOf, WAITED } from './queue-up.ts';

const known = (id: string, more: Parameters<typeof candidate>[1] = {}) =>
  candidate(id, { entry: entry(id, 1), ...more });
const ids = (queues: readonly (readonly Candidate[])[]) => queues.map((queue) => queue.map(({ id }) => id));
/** A candidate whose item lies there. */
const lying = (id: string, key: string, start: number): Candidate =>
  candidate(id, { content: { ...content(data(id)), item: { key, start, length: 9 } } });

describe('what is to be sent', () => {
  test('waited long, or changes price or stock of a live product, or neither, or is a delete', () => {
    const queues = queueUp([
      known('gone', { op: 'DELETE' }),
      candidate('new'),
      known('title', { data: data('title', '10.00 EUR', { title: 'Other' }) }),
      known('stock', { data: data('stock', '10.00 EUR', { availability: 'out of stock' }) }),
      known('price', { data: data('price', '12.00 EUR') }),
      known('waited', { op: 'DELETE', syncs: 3 }),
      candidate('waiting', { syncs: 2 }),
    ]);
    const sorted = ids(queues).map((queue) => queue.sort());
    expect(sorted[WAITED]).toEqual(['waited']);
    expect(sorted[OFFERS]).toEqual(['price', 'stock']);
    expect(sorted[REST]).toEqual(['new', 'title', 'waiting']);
    expect(sorted[DELETES]).toEqual(['gone']);
    expect(sorted.flat()).toHaveLength(7);
  });

  test('is the same whatever order the rows came in', () => {
    const all = ['c', 'a', 'b'].flatMap((id) => [candidate(id), known(`${id}-gone`, { op: 'DELETE' })]);
    expect(queueUp(all)).toEqual(queueUp(all.toReversed()));
  });

  test('is, among equals, what lies first in its object: items are read from beginning to end', () => {
    const all = [lying('a', 'two', 0), lying('b', 'one', 70), lying('c', 'one', 9), lying('d', 'two', 100)];
    expect(ids(queueUp(all))[REST]).toEqual(['c', 'b', 'a', 'd']);
  });

  test('is what has an item, before the deletes that waited as long', () => {
    const all = [
      known('gone', { op: 'DELETE', syncs: 3 }),
      candidate('b', { syncs: 3 }),
      known('left', { op: 'DELETE', syncs: 3 }),
    ];
    const waited = ids(queueUp(all))[WAITED];
    expect(waited?.[0]).toBe('b');
    expect(waited?.toSorted()).toEqual(['b', 'gone', 'left']);
  });
});

test.each<[string, Candidate, number]>([
  ['an item is its bytes', candidate('a'), itemOf(data('a')).length],
  ['a delete holds the id alone', known('ä', { op: 'DELETE' }), '{"method":"DELETE","data":{"id":"ä"}}'.length + 1],
])('the size of a record: %s', (_what, one, size) => expect(sizeOf(one)).toBe(size));

test('a product that nobody knows cannot be deleted', () =>
  expect(() => sizeOf(candidate('a', { op: 'DELETE', id: null }))).toThrow('cannot be deleted'));
