import { memoryObjects } from '@catalog-sync/shared/adapters/memory/index.ts';
import { type Chunks, openChunks } from './chunks.ts';

const NOTHING = Buffer.alloc(0);
const text = (chunks: Chunks, line: string) => chunks.line(line, NOTHING, 0, 0, '');
const stored = () => memoryObjects({ now: () => 0 as never });

describe('lines become objects', () => {
  test('of as many bytes as are wanted, or of one line that is longer, in their order', async () => {
    const work = stored();
    const chunks = openChunks('rows', work, 8);
    for (const line of ['a', 'bb', 'ccc', 'd', 'eeeeeeeeeeee', 'f']) {
      text(chunks, line);
      await chunks.flush();
    }
    const written = await chunks.end();
    expect(written.map(({ lines }) => lines)).toEqual([3, 2, 1]);
    const texts = work.texts();
    expect(written.map(({ key }) => texts[key])).toEqual(['a\nbb\nccc\n', 'd\neeeeeeeeeeee\n', 'f\n']);
  });

  test('made of a beginning, bytes from somewhere, and an end, in whatever letters', async () => {
    const work = stored();
    const chunks = openChunks('rows', work);
    chunks.line('{"größe":', Buffer.from('…"42 €"…'), 3, 11, ',"ende":"日本"}');
    const [only] = await chunks.end();
    expect(work.texts()[only!.key]).toBe('{"größe":"42 €","ende":"日本"}\n');
  });

  test('named by what they hold: two workers write the same ones', async () => {
    const work = stored();
    const write = async (line: string) => {
      const chunks = openChunks('rows', work);
      text(chunks, line);
      return (await chunks.end())[0]!.key;
    };
    expect(await write('a')).toBe(await write('a'));
    expect(await write('b')).not.toBe(await write('a'));
    expect(await write('a')).toMatch(/^rows-[0-9a-f]{16}\.ndjson$/);
  });

  test('none when there is no line', async () => {
    const work = stored();
    expect(await openChunks('rows', work).end()).toEqual([]);
    expect(work.texts()).toEqual({});
  });
});
