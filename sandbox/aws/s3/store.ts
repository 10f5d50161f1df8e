import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxClock } from '../../clock.ts';
import { type Bodies, openBodies } from './bodies.ts';
import { noSuchBucket } from './errors.ts';
import { openJournal } from './journal.ts';
import { compareKeys, firstIndex } from './key-order.ts';
import type { BucketSettings, Change, ObjectVersion, Upload, UploadedPart } from './model.ts';

export interface Bucket {
  readonly settings: BucketSettings;
  /** All keys that have versions, in S3's order. */
  keys(): readonly string[];
  /** Newest first; empty when the key has none. */
  versions(key: string): readonly ObjectVersion[];
  /** The newest version, be it a delete marker. */
  current(key: string): ObjectVersion | undefined;
}

export interface OpenUpload {
  readonly upload: Upload;
  readonly parts: ReadonlyMap<number, UploadedPart>;
}

/** Everything the server knows, in memory, with the journal behind it. */
export interface Store {
  readonly bodies: Bodies;
  buckets(): readonly BucketSettings[];
  findBucket(name: string): Bucket | undefined;
  /** Throws NoSuchBucket. */
  bucket(name: string): Bucket;
  uploads(bucket: string): readonly OpenUpload[];
  upload(id: string): OpenUpload | undefined;
  /** Applies the changes as one: all are on disk and visible when it returns, or, if the process dies, none. */
  commit(changes: readonly Change[]): void;
  /** A number greater than all before it, also across restarts. */
  nextOrder(): number;
  /** The clock's time in whole seconds, as epoch milliseconds: what S3 keeps of it. */
  wholeSecond(): number;
  close(): Promise<void>;
}

interface BucketState {
  settings: BucketSettings;
  versions: Map<string, ObjectVersion[]>;
  /** Built when first asked for, then kept in order. */
  sorted: string[] | undefined;
}

interface UploadState {
  upload: Upload;
  parts: Map<number, UploadedPart>;
}

/** Lines beyond twice the live ones that are worth a rewrite. */
const SLACK_LINES = 10_000;

export const openStore = async (dir: string, clock: SandboxClock): Promise<Store> => {
  mkdirSync(dir, { recursive: true });
  const bodies = openBodies(join(dir, 'bodies'));
  const buckets = new Map<string, BucketState>();
  const uploads = new Map<string, UploadState>();
  let live = 0;
  let lines = 0;
  let lastOrder = 0;

  const stateOf = (name: string): BucketState => {
    const state = buckets.get(name);
    if (!state) throw noSuchBucket(name);
    return state;
  };

  const takeOut = (state: BucketState, key: string, id: string): void => {
    const versions = state.versions.get(key) ?? [];
    const index = versions.findIndex((version) => version.id === id);
    const [gone] = index < 0 ? [] : versions.splice(index, 1);
    if (!gone) return;
    live -= 1;
    bodies.release(gone.segments);
    if (versions.length > 0) return;
    state.versions.delete(key);
    if (state.sorted)
      state.sorted.splice(
        firstIndex(state.sorted, (other) => compareKeys(other, key) >= 0),
        1,
      );
  };

  const putIn = (state: BucketState, version: ObjectVersion): void => {
    bodies.hold(version.segments);
    if (version.id === 'null') takeOut(state, version.key, 'null');
    lastOrder = Math.max(lastOrder, version.order);
    live += 1;
    const versions = state.versions.get(version.key);
    if (versions) {
      const older = versions.findIndex((other) => other.order < version.order);
      versions.splice(older < 0 ? versions.length : older, 0, version);
      return;
    }
    state.versions.set(version.key, [version]);
    if (!state.sorted) return;
    const at = firstIndex(state.sorted, (other) => compareKeys(other, version.key) > 0);
    state.sorted.splice(at, 0, version.key);
  };

  const apply = (change: Change): void => {
    switch (change.type) {
      case 'bucket': {
        const state = buckets.get(change.bucket.name);
        if (state) state.settings = change.bucket;
        else buckets.set(change.bucket.name, { settings: change.bucket, versions: new Map(), sorted: undefined });
        return;
      }
      case 'bucket-gone':
        buckets.delete(change.name);
        return;
      case 'version':
        putIn(stateOf(change.bucket), change.version);
        return;
      case 'version-gone':
        takeOut(stateOf(change.bucket), change.key, change.id);
        return;
      case 'upload':
        lastOrder = Math.max(lastOrder, change.upload.order);
        uploads.set(change.upload.id, { upload: change.upload, parts: new Map() });
        live += 1;
        return;
      case 'part': {
        const state = uploads.get(change.upload);
        if (!state) return;
        const replaced = state.parts.get(change.part.number);
        bodies.hold(change.part.segments);
        if (replaced) bodies.release(replaced.segments);
        else live += 1;
        state.parts.set(change.part.number, change.part);
        return;
      }
      case 'upload-gone': {
        const state = uploads.get(change.id);
        if (!state) return;
        for (const part of state.parts.values()) bodies.release(part.segments);
        uploads.delete(change.id);
        live -= 1 + state.parts.size;
      }
    }
  };

  const snapshot = function* (): Generator<readonly Change[]> {
    for (const { settings, versions } of buckets.values()) {
      yield [{ type: 'bucket', bucket: settings }];
      for (const list of versions.values()) {
        for (const version of list) yield [{ type: 'version', bucket: settings.name, version }];
      }
    }
    for (const { upload, parts } of uploads.values()) {
      yield [{ type: 'upload', upload }];
      for (const part of parts.values()) yield [{ type: 'part', upload: upload.id, part }];
    }
  };

  const journal = await openJournal(join(dir, 'journal.jsonl'), (record) => {
    lines += 1;
    for (const change of record as Change[]) apply(change);
  });

  const rewriteIfLong = (): void => {
    if (lines < 2 * live + SLACK_LINES) return;
    journal.rewrite(snapshot());
    lines = live + buckets.size;
  };
  rewriteIfLong();
  await bodies.sweep();

  const view = (state: BucketState): Bucket => ({
    get settings() {
      return state.settings;
    },
    keys: () => {
      state.sorted ??= [...state.versions.keys()].sort(compareKeys);
      return state.sorted;
    },
    versions: (key) => state.versions.get(key) ?? [],
    current: (key) => state.versions.get(key)?.[0],
  });

  const findBucket = (name: string): Bucket | undefined => {
    const state = buckets.get(name);
    return state && view(state);
  };

  return {
    bodies,
    buckets: () => [...buckets.values()].map((state) => state.settings),
    findBucket,
    bucket: (name) => view(stateOf(name)),
    uploads: (bucket) => [...uploads.values()].filter(({ upload }) => upload.bucket === bucket),
    upload: (id) => uploads.get(id),
    commit: (changes) => {
      journal.append(changes);
      lines += 1;
      for (const change of changes) apply(change);
      rewriteIfLong();
    },
    nextOrder: () => {
      // Grows with the clock, so that it stays ahead also when the greatest one before a restart was removed.
      lastOrder = Math.max(lastOrder + 1, Math.floor(clock.now()) * 1000);
      return lastOrder;
    },
    wholeSecond: () => Math.floor(clock.now() / 1000) * 1000,
    close: async () => {
      await bodies.idle();
      journal.close();
    },
  };
};
