import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxClock } from '../../clock.ts';
import type { ObjectVersion } from './model.ts';
import { openStore } from './store.ts';

test('the journal of a key written over and over stays short and keeps the state', async () => {
  const dir = await mkdtemp(join(tmpdir(), 's3-'));
  const clock = sandboxClock();
  try {
    const store = await openStore(dir, clock);
    const settings = { name: 'bucket', created: 0, eventBridge: false, lifecycle: [] };
    store.commit([{ type: 'bucket', bucket: settings }]);
    const upload = {
      id: 'upload',
      bucket: 'bucket',
      key: 'm',
      initiated: 0,
      order: store.nextOrder(),
      algorithm: 'CRC64NVME',
      checksumType: 'FULL_OBJECT',
      algorithmAsked: false,
      headers: [],
      metadata: [],
    } as const;
    store.commit([{ type: 'upload', upload }]);
    const versionOf = (key: string, id: string, etag: string): ObjectVersion => ({
      key,
      id,
      order: store.nextOrder(),
      modified: 0,
      marker: false,
      size: 0,
      etag,
      segments: [],
      headers: [],
      metadata: [],
    });
    for (const id of ['one', 'two', 'three']) {
      store.commit([{ type: 'version', bucket: 'bucket', version: versionOf('versioned', id, id) }]);
    }
    let longest = 0;
    for (let n = 0; n < 12_000; n++) {
      store.commit([{ type: 'version', bucket: 'bucket', version: versionOf('k', 'null', `${n}`) }]);
      if (n % 1000 === 0) longest = Math.max(longest, (await stat(join(dir, 'journal.jsonl'))).size);
    }
    expect((await stat(join(dir, 'journal.jsonl'))).size).toBeLessThan(longest);
    const order = store.nextOrder();
    await store.close();

    const again = await openStore(dir, clock);
    const bucket = again.bucket('bucket');
    expect(bucket.settings).toEqual(settings);
    expect(bucket.keys()).toEqual(['k', 'versioned']);
    expect(bucket.current('k')?.etag).toBe('11999');
    expect(bucket.versions('versioned').map(({ id }) => id)).toEqual(['three', 'two', 'one']);
    expect(again.uploads('bucket').map((open) => open.upload)).toEqual([upload]);
    expect(again.nextOrder()).toBeGreaterThan(order);
    await again.close();
  } finally {
    clock.stop();
    await rm(dir, { recursive: true, force: true });
  }
});
