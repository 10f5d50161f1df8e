import { memoryObjects } from '../../shared/adapters/memory/index.ts';
import { epochMs } from '../../shared/catalog/instant.ts';
import type { Objects } from '../../shared/ports/objects.ts';
import { hash } from '../chance.ts';
import { type Caller, type Network, READ_FAULTS } from './network.ts';

export interface SimBucket {
  /** The truth, for whoever is outside the simulated network. */
  readonly truth: Objects;
  texts(): Record<string, string>;
  /** The current text of a key. */
  peek(key: string): string | undefined;
  /** Its bytes. */
  peekBytes(key: string): Uint8Array | undefined;
  reachedBy(caller: Caller): Objects;
}

export interface BucketEvents {
  /** A version of a key has come to be. */
  created(key: string, versionId: string, text: string): void;
  /** Something was to be put once where something lies already. */
  again(key: string, text: string, there: string): void;
  /** Right before a version goes. */
  deleting(key: string, versionId: string): Promise<void>;
}

/** Version ids as S3 gives them: nobody can tell from two of them which is older. */
const randomId = (seed: number, bucket: string) => (n: number) =>
  (hash(seed, `${bucket} ${n}`) + n * 2 ** 32).toString(36).split('').reverse().join('').padEnd(10, '0');

export const openBucket = (
  name: string,
  seed: number,
  network: Network,
  now: () => number,
  events: BucketEvents,
): SimBucket => {
  const objects = memoryObjects({ now: () => epochMs(now()) }, randomId(seed, name));
  const bodies = new Map<string, Uint8Array | string>();
  const peek = (key: string): string | undefined => {
    const body = bodies.get(key);
    return typeof body === 'object' ? Buffer.from(body).toString() : body;
  };
  const created = async (key: string, body: Uint8Array | string): Promise<void> => {
    // A copy: who wrote it may go on to use its memory.
    bodies.set(key, typeof body === 'string' ? body : Buffer.from(body));
    events.created(
      key,
      (await objects.head(key))?.versionId ?? '',
      typeof body === 'string' ? body : Buffer.from(body).toString(),
    );
  };
  const truth: Objects = {
    ...objects,
    putOnce: async (key, body, options) => {
      const put = await objects.putOnce(key, body, options);
      if (put === 'written') await created(key, body);
      else events.again(key, typeof body === 'string' ? body : Buffer.from(body).toString(), peek(key) ?? '');
      return put;
    },
    put: async (key, body, options) => {
      await objects.put(key, body, options);
      await created(key, body);
    },
    copyOnce: async (from, to, metadata) => {
      const copied = await objects.copyOnce(from, to, metadata);
      if (copied === 'written') await created(to, (await objects.read(to)) ?? '');
      return copied;
    },
    remove: async (key) => {
      bodies.delete(key);
      await objects.remove(key);
    },
    deleteVersion: async (key, versionId) => {
      await events.deleting(key, versionId);
      await objects.deleteVersion(key, versionId);
    },
  };
  return {
    truth,
    texts: objects.texts,
    peek,
    peekBytes: (key) => {
      const body = bodies.get(key);
      return typeof body === 'string' ? Buffer.from(body) : body;
    },
    reachedBy: (caller) => {
      const read = <A>(what: string, run: () => Promise<A>): Promise<A> =>
        network.call(caller, `${name}.${what}`, run, READ_FAULTS);
      const write = <A>(what: string, run: () => Promise<A>): Promise<A> =>
        network.call(caller, `${name}.${what}`, run);
      return {
        head: (key, versionId) => read(`head ${key}`, () => truth.head(key, versionId)),
        read: (key, versionId) => read(`read ${key}`, () => truth.read(key, versionId)),
        readRange: (key, start, length, versionId) =>
          read(`readRange ${key}`, () => truth.readRange(key, start, length, versionId)),
        stream: (key, versionId) => read(`stream ${key}`, () => truth.stream(key, versionId)),
        putOnce: (key, body, options) => write(`putOnce ${key}`, () => truth.putOnce(key, body, options)),
        put: (key, body, options) => write(`put ${key}`, () => truth.put(key, body, options)),
        copyOnce: (from, to, metadata) => write(`copyOnce ${to}`, () => truth.copyOnce(from, to, metadata)),
        deleteVersion: (key, versionId) => write(`deleteVersion ${key}`, () => truth.deleteVersion(key, versionId)),
        remove: (key) => write(`remove ${key}`, () => truth.remove(key)),
        async *versions(prefix) {
          yield* await read(`versions ${prefix}`, async () => {
            const all = [];
            for await (const version of truth.versions(prefix)) all.push(version);
            return all;
          });
        },
      };
    },
  };
};
