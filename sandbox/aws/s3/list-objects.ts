import { answerXml, type Call, isoTime, numberIn } from './call.ts';
import { S3Error } from './errors.ts';
import { listingQuery, MAX_KEYS, walkKeys } from './listing.ts';
import type { ObjectVersion } from './model.ts';
import type { XmlField } from './xml.ts';

const tokenFor = (name: string): string => Buffer.from(name).toString('base64url');

const afterToken = (token: string): string => {
  const name = Buffer.from(token, 'base64url').toString('utf8');
  if (name !== '' && tokenFor(name) === token) return name;
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
    ArgumentName: 'continuation-token',
  });
};

export const storageClassOf = (version: ObjectVersion): string =>
  version.headers.find(([name]) => name === 'x-amz-storage-class')?.[1] ?? 'STANDARD';

export const checksumFields = (version: ObjectVersion): readonly XmlField[] =>
  version.checksum
    ? [
        ['ChecksumAlgorithm', version.checksum.algorithm],
        ['ChecksumType', version.checksum.type],
      ]
    : [];

export const ownerField = (call: Call, name: 'Owner' | 'Initiator' = 'Owner'): XmlField => [
  name,
  [['ID', call.core.options.accountId]],
];

export const listObjectsV2 = (call: Call): void => {
  const bucket = call.core.store.bucket(call.bucket);
  const { prefix, delimiter, encoding, encode } = listingQuery(call);
  const maxKeys = numberIn(call, 'max-keys', 0, MAX_KEYS, MAX_KEYS);
  const token = call.query.get('continuation-token') ?? undefined;
  const startAfter = call.query.get('start-after') ?? undefined;
  const after = token === undefined ? (startAfter ?? '') : afterToken(token);
  const owner = call.query.get('fetch-owner') === 'true' ? [ownerField(call)] : [];

  const contents: XmlField[] = [];
  const common: XmlField[] = [];
  let last = '';
  let truncated = false;
  const live = (key: string): boolean => bucket.current(key)?.marker === false;
  for (const entry of walkKeys(bucket.keys(), { prefix, delimiter, after }, live)) {
    if (contents.length + common.length === maxKeys) {
      truncated = maxKeys > 0;
      break;
    }
    last = entry.name;
    const version = bucket.current(entry.name);
    if (entry.common) common.push(['CommonPrefixes', [['Prefix', encode(entry.name)]]]);
    else if (version) {
      contents.push([
        'Contents',
        [
          ['Key', encode(version.key)],
          ['LastModified', isoTime(version.modified)],
          ['ETag', `"${version.etag}"`],
          ...checksumFields(version),
          ['Size', version.size],
          ...owner,
          ['StorageClass', storageClassOf(version)],
        ],
      ]);
    }
  }
  answerXml(call, 'ListBucketResult', [
    ['Name', call.bucket],
    ['Prefix', encode(prefix)],
    ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
    ['StartAfter', startAfter === undefined ? undefined : encode(startAfter)],
    ['ContinuationToken', token],
    ['NextContinuationToken', truncated ? tokenFor(last) : undefined],
    ['KeyCount', contents.length + common.length],
    ['MaxKeys', maxKeys],
    ['EncodingType', encoding],
    ['IsTruncated', truncated],
    ...contents,
    ...common,
  ]);
};
