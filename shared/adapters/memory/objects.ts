import { Buffer } from 'node:buffer';
import { epochMs } from '../../catalog/instant.ts';
import { hashOf } from '../../hash.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectInfo, Objects, ObjectVersion } from '../../ports/objects.ts';

interface Stored extends Omit<ObjectInfo, 'etag'> {
  body: Uint8Array;
  /** Made when it is first asked for, which is seldom. */
  etag?: string;
}

/** A versioned bucket in memory. What is there can be looked at from outside. */
export interface MemoryObjects extends Objects {
  /** Current bodies by key, as texts. */
  readonly texts: () => Record<string, string>;
  /** What a key holds now; not to be changed. */
  readonly peek: (key: string) => Pick<Stored, 'versionId' | 'body'> | undefined;
}

const infoOf = (stored: Stored): ObjectInfo => {
  const { key, versionId, size, lastModified, metadata, body } = stored;
  stored.etag ??= hashOf([body]);
  return { key, versionId, size, etag: stored.etag, lastModified, metadata };
};

const versionOf = ({ key, versionId, size, lastModified }: Stored): ObjectVersion => ({
  key,
  versionId,
  size,
  lastModified,
});

/** S3's version ids say nothing of their order: `versionIdOf` the n-th write may be as random. */
export const memoryObjects = (
  clock: Pick<Clock, 'now'>,
  versionIdOf: (n: number) => string = (n) => `v${n}`,
): MemoryObjects => {
  /** By key, oldest first. */
  const kept = new Map<string, Stored[]>();
  let versions = 0;
  const find = (key: string, versionId?: string): Stored | undefined => {
    const all = kept.get(key);
    return versionId === undefined ? all?.at(-1) : all?.find((one) => one.versionId === versionId);
  };
  const add = (key: string, body: Uint8Array, metadata: Readonly<Record<string, string>>): void => {
    versions += 1;
    const stored: Stored = {
      key,
      versionId: versionIdOf(versions),
      size: body.length,
      lastModified: epochMs(Math.floor(clock.now() / 1000) * 1000),
      metadata: { ...metadata },
      body,
    };
    const all = kept.get(key);
    if (all === undefined) kept.set(key, [stored]);
    else all.push(stored);
  };
  const bytes = (body: Uint8Array | string): Uint8Array => Buffer.from(body);
  return {
    texts: () =>
      Object.fromEntries(
        [...kept].flatMap(([key, all]) => (all.length > 0 ? [[key, Buffer.from(all.at(-1)!.body).toString()]] : [])),
      ),
    peek: (key) => find(key),
    head: async (key, versionId) => {
      const found = find(key, versionId);
      return found && infoOf(found);
    },
    read: async (key, versionId) => find(key, versionId)?.body,
    readRange: async (key, start, length, versionId) => find(key, versionId)?.body.slice(start, start + length),
    stream: async (key, versionId) => {
      const found = find(key, versionId);
      return (
        found &&
        (async function* () {
          yield found.body;
        })()
      );
    },
    putOnce: async (key, body, options = {}) => {
      if (find(key)) return 'exists';
      add(key, bytes(body), options.metadata ?? {});
      return 'written';
    },
    put: async (key, body, options = {}) => add(key, bytes(body), options.metadata ?? {}),
    copyOnce: async (from, to, metadata) => {
      if (find(to)) return 'exists';
      const source = find(from.key, from.versionId);
      if (source === undefined) throw new Error(`NoSuchVersion: ${from.key} ${from.versionId}`);
      add(to, source.body, metadata);
      return 'written';
    },
    deleteVersion: async (key, versionId) => {
      kept.set(
        key,
        (kept.get(key) ?? []).filter((one) => one.versionId !== versionId),
      );
    },
    remove: async (key) => void kept.delete(key),
    async *versions(prefix) {
      const found = [...kept].filter(([key]) => key.startsWith(prefix));
      for (const [, all] of found.sort(([a], [b]) => (a < b ? -1 : 1))) {
        for (const one of all.toReversed()) yield versionOf(one);
      }
    },
  };
};
