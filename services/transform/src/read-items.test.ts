import { Buffer } from 'node:buffer';
import { fixedClock, memoryObjects } from '@catalog-sync/shared/adapters/memory/index.ts';
import type { ItemRef } from '@catalog-sync/shared/baseline/content.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import fc from 'fast-check';
import { idOf, rangesOf, readItems } from './read-items.ts';
import { data, OPENED } from './testing/build.ts';
import { itemOf } from './testing/items.ts';

const ref = (start: number, length: number, key = 'a'): ItemRef => ({ key, start, length });
const told = (refs: readonly ItemRef[]) => rangesOf(refs).map(({ key, start, end }) => `${key} ${start}-${end}`);
const KB = 1000;

describe('items are read', () => {
  test.each<[string, ItemRef[], string[]]>([
    ['none by no call', [], []],
    ['one after another by one call', [ref(0, 10), ref(11, 10), ref(22, 10)], ['a 0-32']],
    ['over a gap that costs less than a call', [ref(0, 10), ref(10 + 64 * KB, 10)], [`a 0-${20 + 64 * KB}`]],
    ['not over a larger one', [ref(0, 10), ref(11 + 64 * KB, 10)], ['a 0-10', `a ${11 + 64 * KB}-${21 + 64 * KB}`]],
    ['of another object by another call', [ref(0, 10), ref(11, 10, 'b')], ['a 0-10', 'b 11-21']],
    ['not backwards', [ref(50, 10), ref(0, 10)], ['a 50-60', 'a 0-10']],
    ['twice if asked for twice', [ref(0, 10), ref(0, 10)], ['a 0-10', 'a 0-10']],
    [
      'no more than eight megabytes at once',
      [ref(0, 7999 * KB), ref(7999 * KB, KB), ref(8000 * KB, 1)],
      [`a 0-${8000 * KB}`, `a ${8000 * KB}-${8000 * KB + 1}`],
    ],
    [
      'but one that is larger',
      [ref(0, 9000 * KB), ref(9000 * KB, 1)],
      [`a 0-${9000 * KB}`, `a ${9000 * KB}-${9000 * KB + 1}`],
    ],
  ])('%s', (_what, refs, expected) => expect(told(refs)).toEqual(expected));

  test('each with its own bytes, in the order given, whatever that is', async () => {
    const texts = Array.from({ length: 12 }, (_, n) => `${n}`.repeat(n + 1));
    const work = memoryObjects(fixedClock(OPENED));
    for (const key of ['a', 'b']) await work.putOnce(key, texts.map((text) => `${key}${text}\n`).join(''));
    const refs = ['a', 'b'].flatMap((key) => {
      let start = 0;
      return texts.map((text) => {
        const one = { key, start, length: text.length + 1 };
        start += text.length + 2;
        return { one, text: `${key}${text}` };
      });
    });
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(refs), async (asked) => {
        const read: string[] = [];
        for await (const item of readItems(
          work,
          asked.map(({ one }) => one),
        ))
          read.push(Buffer.from(item).toString());
        expect(read).toEqual(asked.map(({ text }) => text));
      }),
    );
  });

  test('by as few calls as there are stretches', async () => {
    const calls: string[] = [];
    const work: Pick<Objects, 'readRange'> = {
      readRange: async (key, start, length) => {
        calls.push(`${key} ${start} ${length}`);
        return new Uint8Array(length);
      },
    };
    for await (const _ of readItems(work as Objects, [ref(5, 10), ref(16, 10), ref(3, 1, 'b')])) void 0;
    expect(calls).toEqual(['a 5 21', 'b 3 1']);
  });

  test.each([
    ['is gone', []],
    ['ends before', ['a']],
  ])('from an object that %s: never as fewer', async (_what, keys) => {
    const work = memoryObjects(fixedClock(OPENED));
    for (const key of keys) await work.putOnce(key, 'short');
    await expect(readItems(work, [ref(0, 10)]).next()).rejects.toThrow('object a is gone');
  });
});

describe('the id that an item begins with', () => {
  test.each(['a', '', '"', '\\', 'a\\"b', 'ends with \\', 'ä 日本 \u{1f600}', '\n\t\u0000', '","title":"x'])(
    '%j',
    (id) => expect(idOf(itemOf(data(id)))).toBe(id),
  );

  test('of any text, wherever the item stands in what was read', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat({ max: 9 }), (id, by) => {
        const item = itemOf(data(id));
        const memory = Buffer.concat([Buffer.alloc(by, '"'), item, Buffer.from('\n{"id"')]);
        expect(idOf(memory.subarray(by, by + item.length))).toBe(id);
      }),
    ));
});
