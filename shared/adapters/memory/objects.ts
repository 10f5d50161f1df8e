import { Buffer } from 'node:buffer';
import { epochMs } from '../../catalog/instant.ts';
import { hashOf } from '../../hash.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectInfo, Objects } from '../../ports/objects.ts';

interface Stored extends ObjectInfo {
  body: Uint8Array;
}

/**
 * A versioned bucket in memory. `texts` (current bodies by key) is for tests to look at. S3's version ids say nothing of
 * their order: `versionIdOf` the n-th write may be as random.
 */
export const memoryObjects = (
  clock: Pick<Clock, 'now'>,
  versionIdOf: (n: number) => string = (n) => `v${n}`,
): Objects & { readonly texts: () => Record<string, string> } => {
  /** By key, oldest first. */
  const kept = new Map<string, Stored[]>();
  let versions = 0;
  const find = (key: string, versionId?: string): Stored | undefined => {
    const all = kept.get(key) ?? [];
    return versionId === undefined ? all.at(-1) : all.find((one) => one.versionId === versionId);
  };
  const add = (key: string, body: Uint8Array, metadata: Readonly<Record<string, string>>): void => {
    versions += 1;
    const stored: Stored = {
      key,
      versionId: versionIdOf(versions),
      size: body.length,
      etag: hashOf([body]),
      lastModified: epochMs(Math.floor(clock.now() / 1000) * 1000),
      metadata: { ...metadata },
      body,
    };
    kept.set(key, [...(kept.get(key) ?? []), stored]);
  };
  const bytes = (body: Uint8Array | string): Uint8Array => Buffer.from(body);
  const info = ({ body: _, ...rest }: Stored): ObjectInfo => rest;
  return {
    texts: () =>
      Object.fromEntries(
        [...kept].flatMap(([key, all]) => (all.length > 0 ? [[key, Buffer.from(all.at(-1)!.body).toString()]] : [])),
      ),
    head: async (key, versionId) => {
      const found = find(key, versionId);
      return found && info(found);
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
        for (const one of [...all].reverse()) yield info(one);
      }
    },
  };
};
