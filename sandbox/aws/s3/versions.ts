import { randomBytes } from 'node:crypto';
import type { Call } from './call.ts';
import { checkDeleteCondition, checkWriteConditions, type WriteConditions } from './conditions.ts';
import { noSuchKey, noSuchVersion, S3Error } from './errors.ts';
import { type CreateReason, type Removal, sayCreated, sayDeleted } from './events.ts';
import type { BucketSettings, Change, Description, ObjectVersion } from './model.ts';
import type { Bucket, Store } from './store.ts';

/** S3's identifiers are URL-safe; a dash in front would look like an option on a command line. */
export const randomId = (bytes: number): string => randomBytes(bytes).toString('base64url').replaceAll('-', '.');

const VERSION_ID_BYTES = 24;
const newVersionId = (bucket: BucketSettings): string =>
  bucket.versioning === 'Enabled' ? randomId(VERSION_ID_BYTES) : 'null';

export type Draft = Description & Pick<ObjectVersion, 'size' | 'etag' | 'segments' | 'checksum' | 'parts' | 'upload'>;

interface Writing {
  readonly conditions: WriteConditions;
  readonly reason: CreateReason;
  /** A multipart object is as old as its initiation (S3 user guide, "Multipart uploads and S3 Versioning"). */
  readonly initiated?: { readonly modified: number; readonly order: number };
  /** Changes that belong to the same step. */
  readonly also?: readonly Change[];
}

/** Makes a new version visible if the conditions hold: check, commit and event in one turn. */
export const storeVersion = (call: Call, draft: Draft, writing: Writing): ObjectVersion => {
  const { store, options } = call.core;
  const bucket = store.bucket(call.bucket);
  checkWriteConditions(writing.conditions, call.key, bucket.current(call.key));
  options.beforeWrite();
  const { settings } = bucket;
  const order = settings.versioning === 'Enabled' ? writing.initiated?.order : undefined;
  const version: ObjectVersion = {
    ...draft,
    key: call.key,
    id: newVersionId(settings),
    order: order ?? store.nextOrder(),
    modified: writing.initiated?.modified ?? store.wholeSecond(),
    marker: false,
  };
  store.commit([{ type: 'version', bucket: settings.name, version }, ...(writing.also ?? [])]);
  sayCreated(call, settings, version, writing.reason);
  return version;
};

/** The changes of a delete without a version id, and what it did; nothing when there was nothing. */
export const deleteCurrent = (store: Store, bucket: Bucket, key: string): { changes: Change[]; removal?: Removal } => {
  const { settings } = bucket;
  if (settings.versioning) {
    const id = newVersionId(settings);
    const marker: ObjectVersion = {
      key,
      id,
      order: store.nextOrder(),
      modified: store.wholeSecond(),
      marker: true,
      size: 0,
      etag: '',
      segments: [],
      headers: [],
      metadata: [],
    };
    const change: Change = { type: 'version', bucket: settings.name, version: marker };
    return { changes: [change], removal: { key, id, markerMade: true } };
  }
  const current = bucket.current(key);
  return current ? deleteVersion(bucket, current) : { changes: [] };
};

export const deleteVersion = (bucket: Bucket, version: ObjectVersion): { changes: Change[]; removal: Removal } => ({
  changes: [{ type: 'version-gone', bucket: bucket.settings.name, key: version.key, id: version.id }],
  removal: { key: version.key, id: version.id, markerMade: false, ...(version.marker ? {} : { etag: version.etag }) },
});

export interface Deleted {
  /** The version asked for, or the delete marker made. */
  readonly id: string | undefined;
  /** Whether a delete marker was made or removed. */
  readonly marker: boolean;
}

/** One deletion as DeleteObject and DeleteObjects do it. Removing what is not there succeeds. */
export const deleteOne = (
  call: Call,
  target: { key: string; versionId: string | undefined; match: string | undefined },
): Deleted => {
  const { store } = call.core;
  const bucket = store.bucket(call.bucket);
  checkDeleteCondition(target.match, target.key, bucket.current(target.key));
  if (target.versionId !== undefined) {
    checkVersionId(target.versionId);
    const version = bucket.versions(target.key).find((candidate) => candidate.id === target.versionId);
    if (version) {
      const { changes, removal } = deleteVersion(bucket, version);
      store.commit(changes);
      sayDeleted(call.core, bucket.settings, removal, call);
    }
    return { id: target.versionId, marker: version?.marker ?? false };
  }
  const { changes, removal } = deleteCurrent(store, bucket, target.key);
  if (removal) {
    store.commit(changes);
    sayDeleted(call.core, bucket.settings, removal, call);
  }
  return { id: removal?.markerMade ? removal.id : undefined, marker: removal?.markerMade ?? false };
};

const VERSION_ID = /^[\w.]{32}$/;

/** Throws InvalidArgument for what can be no version id. */
export const checkVersionId = (versionId: string): void => {
  if (versionId === 'null' || VERSION_ID.test(versionId)) return;
  throw new S3Error('InvalidArgument', 'Invalid version id specified', {
    ArgumentName: 'versionId',
    ArgumentValue: versionId,
  });
};

/** The version a read asks for. Throws NoSuchKey, NoSuchVersion, and MethodNotAllowed for a delete marker by id. */
export const versionToRead = (bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion => {
  if (versionId === undefined) {
    const current = bucket.current(key);
    if (!current) throw noSuchKey(key);
    if (current.marker) throw noSuchKey(key, { 'x-amz-delete-marker': 'true', 'x-amz-version-id': current.id });
    return current;
  }
  checkVersionId(versionId);
  const version = bucket.versions(key).find((candidate) => candidate.id === versionId);
  if (!version) throw noSuchVersion(key, versionId);
  if (version.marker) {
    throw new S3Error(
      'MethodNotAllowed',
      'The specified method is not allowed against this resource.',
      { Method: 'GET', ResourceType: 'DeleteMarker' },
      {
        'x-amz-delete-marker': 'true',
        'x-amz-version-id': version.id,
        allow: 'DELETE',
        'last-modified': new Date(version.modified).toUTCString(),
      },
    );
  }
  return version;
};
