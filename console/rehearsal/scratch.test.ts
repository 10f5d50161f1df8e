import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { memoryObjects } from '@catalog-sync/shared/adapters/memory/index.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import { withScratchOver } from './scratch.ts';

const clock = { now: () => 0 as never };
const textOf = (body: Uint8Array | undefined) => body && new TextDecoder().decode(body);
const left = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('catalog-sync-plan-'));

describe('a scratch bucket', () => {
  const scratched = async (work: (scratch: Objects) => Promise<void>) => {
    const under = memoryObjects(clock);
    await under.put('there', 'kept');
    await withScratchOver(under, clock, work);
    return under;
  };

  test('shows what lies under it', () =>
    scratched(async (scratch) => {
      expect(textOf(await scratch.read('there'))).toBe('kept');
      expect(textOf(await scratch.readRange('there', 1, 2))).toBe('ep');
      expect(await scratch.head('there')).toMatchObject({ key: 'there' });
      const streamed: Uint8Array[] = [];
      for await (const chunk of (await scratch.stream('there'))!) streamed.push(chunk);
      expect(streamed.map(textOf)).toEqual(['kept']);
      expect(await scratch.read('nowhere')).toBeUndefined();
    }));

  test('keeps what is written to it, and the bucket under it stays as it was', async () => {
    const under = await scratched(async (scratch) => {
      await scratch.put('there', 'changed');
      await scratch.putOnce('new', 'made');
      expect([textOf(await scratch.read('there')), textOf(await scratch.read('new'))]).toEqual(['changed', 'made']);
      await scratch.remove('there');
    });
    expect(under.texts()).toEqual({ there: 'kept' });
  });

  test('is gone at the end, also when what was done with it failed', async () => {
    const before = left();
    const failing = scratched(async (scratch) => {
      await scratch.put('new', 'made');
      expect(left()).toHaveLength(before.length + 1);
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect(left()).toEqual(before);
  });
});
