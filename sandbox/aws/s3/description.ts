import { type Call, type Headers, header, httpTime } from './call.ts';
import { checksumHeader } from './checksum.ts';
import { S3Error } from './errors.ts';
import type { BucketSettings, Description, ObjectVersion } from './model.ts';

/** Headers kept with an object and sent back with it. */
const STORED = [
  'content-type',
  'content-encoding',
  'content-language',
  'content-disposition',
  'cache-control',
  'expires',
  'x-amz-website-redirect-location',
  'x-amz-storage-class',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
];

/** Headers whose meaning would be lost here: better refused than taken and dropped. */
const REFUSED = [
  'x-amz-tagging',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-legal-hold',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-write-offset-bytes',
];

const META = 'x-amz-meta-';
/** S3 user guide, "Working with object metadata": user-defined metadata is limited to 2 KB. */
const MAX_METADATA_BYTES = 2048;

const withoutChunking = (value: string): string =>
  value
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== 'aws-chunked' && coding !== '')
    .join(',');

/** What a put, copy or multipart upload says of its object. Throws NotImplemented and MetadataTooLarge. */
export const descriptionIn = (call: Call): Description => {
  for (const name of REFUSED) {
    if (header(call, name) === undefined) continue;
    throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented', {
      Header: name,
    });
  }
  const headers: [string, string][] = [];
  for (const name of STORED) {
    const sent = header(call, name);
    const value = name === 'content-encoding' && sent !== undefined ? withoutChunking(sent) : sent;
    if (value) headers.push([name, value]);
  }
  if (!headers.some(([name]) => name === 'content-type')) headers.push(['content-type', 'binary/octet-stream']);

  const metadata: [string, string][] = [];
  let bytes = 0;
  for (const name of Object.keys(call.request.headers)) {
    if (!name.startsWith(META)) continue;
    const value = header(call, name) ?? '';
    metadata.push([name.slice(META.length), value]);
    bytes += name.length - META.length + value.length;
  }
  if (bytes > MAX_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: String(bytes),
      MaxSizeAllowed: String(MAX_METADATA_BYTES),
    });
  }
  return { headers, metadata };
};

/** How the object is kept is not copied with it; what it is, is. */
export const copiedDescription = (call: Call, source: ObjectVersion): Description => {
  const isKept = ([name]: readonly [string, string]): boolean =>
    name.startsWith('x-amz-server-side-encryption') || name === 'x-amz-storage-class';
  const asked = descriptionIn(call).headers.filter(isKept);
  const inherited = source.headers.filter((pair) => !isKept(pair) && pair[0] !== 'x-amz-website-redirect-location');
  return { headers: [...inherited, ...asked], metadata: source.metadata };
};

/** The version id, where the bucket has or had versioning. */
export const versionHeader = (bucket: BucketSettings, id: string): Headers => ({
  'x-amz-version-id': bucket.versioning ? id : undefined,
});

export const encryptionHeaders = (description: Description): Headers =>
  Object.fromEntries(description.headers.filter(([name]) => name.startsWith('x-amz-server-side-encryption')));

export const checksumHeaders = (version: ObjectVersion): Headers =>
  version.checksum
    ? {
        [checksumHeader(version.checksum.algorithm)]: version.checksum.value,
        'x-amz-checksum-type': version.checksum.type,
      }
    : {};

/** What also a 304 carries. */
export const validatorHeaders = (bucket: BucketSettings, version: ObjectVersion): Record<string, string> => ({
  etag: `"${version.etag}"`,
  'last-modified': httpTime(version.modified),
  ...(bucket.versioning ? { 'x-amz-version-id': version.id } : {}),
});

/** All headers of a read but Content-Length. */
export const objectHeaders = (bucket: BucketSettings, version: ObjectVersion): Headers => ({
  ...validatorHeaders(bucket, version),
  'accept-ranges': 'bytes',
  ...Object.fromEntries(version.headers),
  ...Object.fromEntries(version.metadata.map(([name, value]) => [META + name, value])),
});
