import { memoryObjects } from '@catalog-sync/shared/adapters/memory/index.ts';
import { scratchOver } from './scratch.ts';

const clock = { now: () => 0 as never };
const textOf = (body: Uint8Array | undefined) => body && new TextDecoder().decode(body);

describe('a scratch bucket', () => {
  const over = async () => {
    const under = memoryObjects(clock);
    await under.put('there', 'kept');
    return { under, scratch: scratchOver(under, clock) };
  };

  test('shows what lies under it', async () => {
    const { scratch } = await over();
    expect(textOf(await scratch.read('there'))).toBe('kept');
    expect(await scratch.head('there')).toMatchObject({ key: 'there' });
    const streamed: Uint8Array[] = [];
    for await (const chunk of (await scratch.stream('there'))!) streamed.push(chunk);
    expect(streamed.map(textOf)).toEqual(['kept']);
    expect(await scratch.read('nowhere')).toBeUndefined();
  });

  test('keeps what is written to it, and the bucket under it stays as it was', async () => {
    const { under, scratch } = await over();
    await scratch.put('there', 'changed');
    await scratch.putOnce('new', 'made');
    expect([textOf(await scratch.read('there')), textOf(await scratch.read('new'))]).toEqual(['changed', 'made']);
    const { versionId } = (await scratch.head('there'))!;
    await scratch.deleteVersion('there', versionId);
    expect(under.texts()).toEqual({ there: 'kept' });
  });
});
