import { answerXml, type Call, isoTime, numberIn } from './call.ts';
import { S3Error } from './errors.ts';
import { checksumFields, ownerField, storageClassOf } from './list-objects.ts';
import { listingQuery, MAX_KEYS, type Walk, walkKeys } from './listing.ts';
import type { ObjectVersion } from './model.ts';
import type { Bucket } from './store.ts';
import type { XmlField } from './xml.ts';

interface Item {
  readonly name: string;
  /** Undefined for a common prefix. */
  readonly version: ObjectVersion | undefined;
  readonly latest: boolean;
}

const itemsOf = function* (bucket: Bucket, key: string): Generator<Item> {
  for (const [index, version] of bucket.versions(key).entries()) yield { name: key, version, latest: index === 0 };
};

/**
 * Versions key by key, newest first. The markers are the last item of the page before; when that version is gone by
 * now, its key is shown from the start, for what is listed twice harms less than what is left out.
 */
const walkVersions = function* (bucket: Bucket, walk: Walk, versionIdMarker: string | undefined): Generator<Item> {
  if (versionIdMarker !== undefined && walk.after.startsWith(walk.prefix)) {
    const items = [...itemsOf(bucket, walk.after)];
    yield* items.slice(items.findIndex((item) => item.version?.id === versionIdMarker) + 1);
  }
  for (const entry of walkKeys(bucket.keys(), walk, () => true)) {
    if (entry.common) yield { name: entry.name, version: undefined, latest: false };
    else yield* itemsOf(bucket, entry.name);
  }
};

export const listObjectVersions = (call: Call): void => {
  const bucket = call.core.store.bucket(call.bucket);
  const { prefix, delimiter, encoding, encode } = listingQuery(call);
  const maxKeys = numberIn(call, 'max-keys', 0, MAX_KEYS, MAX_KEYS);
  const keyMarker = call.query.get('key-marker') ?? '';
  const versionIdMarker = call.query.get('version-id-marker') || undefined;
  if (versionIdMarker !== undefined && keyMarker === '') {
    throw new S3Error('InvalidArgument', 'A version-id marker cannot be specified without a key marker.', {
      ArgumentName: 'version-id-marker',
      ArgumentValue: versionIdMarker,
    });
  }

  const versions: XmlField[] = [];
  const common: XmlField[] = [];
  let last: Item | undefined;
  let truncated = false;
  for (const item of walkVersions(bucket, { prefix, delimiter, after: keyMarker }, versionIdMarker)) {
    if (versions.length + common.length === maxKeys) {
      truncated = maxKeys > 0;
      break;
    }
    last = item;
    const { version } = item;
    if (!version) {
      common.push(['CommonPrefixes', [['Prefix', encode(item.name)]]]);
      continue;
    }
    const described: readonly XmlField[] = version.marker
      ? []
      : [
          ['ETag', `"${version.etag}"`],
          ...checksumFields(version),
          ['Size', version.size],
          ['StorageClass', storageClassOf(version)],
        ];
    versions.push([
      version.marker ? 'DeleteMarker' : 'Version',
      [
        ['Key', encode(version.key)],
        ['VersionId', version.id],
        ['IsLatest', item.latest],
        ['LastModified', isoTime(version.modified)],
        ...described,
        ownerField(call),
      ],
    ]);
  }
  answerXml(call, 'ListVersionsResult', [
    ['Name', call.bucket],
    ['Prefix', encode(prefix)],
    ['KeyMarker', encode(keyMarker)],
    ['VersionIdMarker', versionIdMarker ?? ''],
    ['NextKeyMarker', truncated && last ? encode(last.name) : undefined],
    ['NextVersionIdMarker', truncated ? last?.version?.id : undefined],
    ['MaxKeys', maxKeys],
    ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
    ['EncodingType', encoding],
    ['IsTruncated', truncated],
    ...versions,
    ...common,
  ]);
};
