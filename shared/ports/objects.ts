import type { EpochMs } from '../catalog/instant.ts';

/** What is known of one stored version of an object, without its body. */
export interface ObjectInfo {
  key: string;
  versionId: string;
  /** Bytes. */
  size: number;
  etag: string;
  /** Whole seconds, as S3 keeps it. */
  lastModified: EpochMs;
  /** User metadata, names in lower case without `x-amz-meta-`. */
  metadata: Readonly<Record<string, string>>;
}

export interface ObjectVersion {
  key: string;
  versionId: string;
  size: number;
  lastModified: EpochMs;
}

/** One bucket. Absence is a value; a lost network or a refused permission throws. */
export interface Objects {
  /** One version, or the current one. */
  head(key: string, versionId?: string): Promise<ObjectInfo | undefined>;
  /** The whole body; for what is known to be small enough to hold. */
  read(key: string, versionId?: string): Promise<Uint8Array | undefined>;
  /** Some bytes of the body, at most `length` from `start` on (a ranged GET); none when it ends before. */
  readRange(key: string, start: number, length: number, versionId?: string): Promise<Uint8Array | undefined>;
  /** The body as it arrives, for landed files of any size. */
  stream(key: string, versionId?: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Writes if nothing is there (If-None-Match: *). `exists` says that somebody was first, whatever was written. */
  putOnce(key: string, body: Uint8Array | string, options?: PutOptions): Promise<'written' | 'exists'>;
  /** Writes over what is there; only for what is made anew from truth each time. */
  put(key: string, body: Uint8Array | string, options?: PutOptions): Promise<void>;
  /** Copies one pinned version inside the bucket, keeping its metadata, if nothing is at `to`. Any size. */
  copyOnce(from: ObjectVersion, to: string, metadata: Readonly<Record<string, string>>): Promise<'written' | 'exists'>;
  /** Removes exactly that version; no delete marker, and no error when it is gone already. */
  deleteVersion(key: string, versionId: string): Promise<void>;
  /** Removes an object of a bucket that keeps no versions; no error when it is gone already. */
  remove(key: string): Promise<void>;
  /** All versions below a prefix (no delete markers): keys ascending, within a key the newest first. */
  versions(prefix: string): AsyncIterable<ObjectVersion>;
}

export interface PutOptions {
  contentType?: string;
  metadata?: Readonly<Record<string, string>>;
}
