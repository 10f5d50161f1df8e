import { type Call, header } from './call.ts';
import { noSuchKey, preconditionFailed, S3Error } from './errors.ts';
import type { ObjectVersion } from './model.ts';

const matches = (list: string, etag: string): boolean =>
  list.split(',').some((entry) => {
    const bare = entry.trim().replace(/^W\//, '');
    return bare === '*' || bare.replace(/^"(.*)"$/, '$1') === etag;
  });

const since = (value: string | undefined): number | undefined => {
  const time = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
};

interface ReadHeaders {
  readonly match: string;
  readonly noneMatch: string;
  readonly modifiedSince: string;
  readonly unmodifiedSince: string;
}

const READ: ReadHeaders = {
  match: 'if-match',
  noneMatch: 'if-none-match',
  modifiedSince: 'if-modified-since',
  unmodifiedSince: 'if-unmodified-since',
};
const COPY_SOURCE: ReadHeaders = {
  match: 'x-amz-copy-source-if-match',
  noneMatch: 'x-amz-copy-source-if-none-match',
  modifiedSince: 'x-amz-copy-source-if-modified-since',
  unmodifiedSince: 'x-amz-copy-source-if-unmodified-since',
};

/**
 * RFC 9110's order: If-Match outweighs If-Unmodified-Since, If-None-Match outweighs If-Modified-Since.
 * Returns the failed condition, and whether it is one a read answers with 304.
 */
const failedCondition = (
  call: Call,
  names: ReadHeaders,
  version: ObjectVersion,
): { name: string; unchanged: boolean } | undefined => {
  const match = header(call, names.match);
  const unmodifiedSince = since(header(call, names.unmodifiedSince));
  if (match !== undefined) {
    if (!matches(match, version.etag)) return { name: names.match, unchanged: false };
  } else if (unmodifiedSince !== undefined && version.modified > unmodifiedSince) {
    return { name: names.unmodifiedSince, unchanged: false };
  }
  const noneMatch = header(call, names.noneMatch);
  const modifiedSince = since(header(call, names.modifiedSince));
  if (noneMatch !== undefined) {
    if (matches(noneMatch, version.etag)) return { name: names.noneMatch, unchanged: true };
  } else if (modifiedSince !== undefined && version.modified <= modifiedSince) {
    return { name: names.modifiedSince, unchanged: true };
  }
  return undefined;
};

/** The conditions of GetObject and HeadObject. Throws PreconditionFailed (412) and NotModified (304). */
export const checkReadConditions = (call: Call, version: ObjectVersion, headers: Record<string, string>): void => {
  const failed = failedCondition(call, READ, version);
  if (!failed) return;
  if (failed.unchanged) throw new S3Error('NotModified', 'Not Modified', {}, headers);
  throw preconditionFailed(failed.name);
};

/** The x-amz-copy-source-if- conditions; all fail with 412. */
export const checkCopySource = (call: Call, version: ObjectVersion): void => {
  const failed = failedCondition(call, COPY_SOURCE, version);
  if (failed) throw preconditionFailed(failed.name);
};

/** What a write asks of the key's current version. */
export interface WriteConditions {
  readonly match: string | undefined;
  readonly noneMatch: string | undefined;
}

/** Throws NotImplemented for an If-None-Match other than `*`, as S3 does for writes. */
export const writeConditions = (call: Call): WriteConditions => {
  const noneMatch = header(call, 'if-none-match');
  if (noneMatch !== undefined && noneMatch !== '*') {
    throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented', {
      Header: 'If-None-Match',
    });
  }
  return { match: header(call, 'if-match'), noneMatch };
};

/** Must run in the same turn as the commit: then of two writers with a condition exactly one gets through. */
export const checkWriteConditions = (
  conditions: WriteConditions,
  key: string,
  current: ObjectVersion | undefined,
): void => {
  const present = current && !current.marker ? current : undefined;
  if (conditions.noneMatch !== undefined && present) throw preconditionFailed('If-None-Match');
  if (conditions.match === undefined) return;
  if (!present) throw noSuchKey(key);
  if (!matches(conditions.match, present.etag)) throw preconditionFailed('If-Match');
};

/**
 * If-Match on a delete looks at the current version only. `*` asks whether there is one (412 when not); an ETag needs
 * an object to be compared with (404 when there is none).
 */
export const checkDeleteCondition = (
  match: string | undefined,
  key: string,
  current: ObjectVersion | undefined,
): void => {
  if (match === undefined) return;
  if (current && !current.marker && matches(match, current.etag)) return;
  if (!current && match.trim() !== '*') throw noSuchKey(key);
  throw preconditionFailed('If-Match');
};
