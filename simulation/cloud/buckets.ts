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
  created(key: string, versionId: string, text: () => string): void;
  /** Something was to be put once where something lies already. */
  again(key: string, text: string, there: string): void;
  /** Right before a version goes. */
  deleting(key: string, versionId: string): Promise<void>;
}

/** Version ids as S3 gives them: nobody can tell from two of them which is older. */
const randomId = (seed: number, bucket: string) => (n: number) =>
  (hash(seed, `${bucket} ${n}`) + n * 2 ** 32).toString(36).split('').reverse().join('').padEnd(10, '0');

const textOf = (body: Uint8Array | string): string =>
  typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();

export const openBucket = (
  name: string,
  seed: number,
  network: Network,
  now: () => number,
  events: BucketEvents,
): SimBucket => {
  const objects = memoryObjects({ now: () => epochMs(now()) }, randomId(seed, name));
  const peekBytes = (key: string): Uint8Array | undefined => objects.peek(key)?.body;
  const peek = (key: string): string | undefined => {
    const body = peekBytes(key);
    return body && textOf(body);
  };
  const created = (key: string, body: Uint8Array | string): void =>
    events.created(key, objects.peek(key)?.versionId ?? '', () => textOf(body));
  const truth: Objects = {
    ...objects,
    putOnce: async (key, body, options) => {
      const put = await objects.putOnce(key, body, options);
      if (put === 'written') created(key, body);
      else events.again(key, textOf(body), peek(key) ?? '');
      return put;
    },
    put: async (key, body, options) => {
      await objects.put(key, body, options);
      created(key, body);
    },
    copyOnce: async (from, to, metadata) => {
      const copied = await objects.copyOnce(from, to, metadata);
      if (copied === 'written') created(to, peekBytes(to) ?? '');
      return copied;
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
    peekBytes,
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
