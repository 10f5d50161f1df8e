import { answerXml, type Call, isoTime, numberIn } from './call.ts';
import { checksumElement } from './checksum.ts';
import { compareKeys } from './key-order.ts';
import { ownerField } from './list-objects.ts';
import { listingQuery, MAX_KEYS, walkKeys } from './listing.ts';
import type { Upload } from './model.ts';
import { MAX_PARTS, openUpload } from './multipart.ts';
import type { XmlField } from './xml.ts';

export const listParts = (call: Call): void => {
  const { upload, parts } = openUpload(call);
  const maxParts = numberIn(call, 'max-parts', 0, MAX_KEYS, MAX_KEYS);
  const marker = numberIn(call, 'part-number-marker', 0, MAX_PARTS, 0);
  const rest = [...parts.values()].filter((part) => part.number > marker).sort((a, b) => a.number - b.number);
  const page = rest.slice(0, maxParts);
  const truncated = maxParts > 0 && rest.length > page.length;
  answerXml(call, 'ListPartsResult', [
    ['Bucket', call.bucket],
    ['Key', call.key],
    ['UploadId', upload.id],
    ['PartNumberMarker', marker],
    ['NextPartNumberMarker', page.at(-1)?.number ?? marker],
    ['MaxParts', maxParts],
    ['IsTruncated', truncated],
    ['ChecksumAlgorithm', upload.algorithmAsked ? upload.algorithm : undefined],
    ['ChecksumType', upload.algorithmAsked ? upload.checksumType : undefined],
    ...page.map(
      (part): XmlField => [
        'Part',
        [
          ['PartNumber', part.number],
          ['LastModified', isoTime(part.modified)],
          ['ETag', `"${part.etag}"`],
          [checksumElement(upload.algorithm), upload.algorithmAsked ? part.checksums[upload.algorithm] : undefined],
          ['Size', part.size],
        ],
      ],
    ),
    ownerField(call, 'Initiator'),
    ownerField(call),
    ['StorageClass', 'STANDARD'],
  ]);
};

export const listMultipartUploads = (call: Call): void => {
  const { store } = call.core;
  store.bucket(call.bucket);
  const { prefix, delimiter, encoding, encode } = listingQuery(call);
  const maxUploads = numberIn(call, 'max-uploads', 1, MAX_KEYS, MAX_KEYS);
  const keyMarker = call.query.get('key-marker') ?? '';
  const idMarker = call.query.get('upload-id-marker') ?? '';

  const byKey = new Map<string, Upload[]>();
  for (const { upload } of store.uploads(call.bucket)) {
    byKey.set(upload.key, [...(byKey.get(upload.key) ?? []), upload]);
  }
  const keys = [...byKey.keys()].sort(compareKeys);
  const uploadsOf = (key: string): Upload[] => (byKey.get(key) ?? []).sort((a, b) => a.order - b.order);

  const started = idMarker === '' ? [] : uploadsOf(keyMarker);
  const items: { name: string; upload?: Upload }[] = started
    .slice(started.findIndex((upload) => upload.id === idMarker) + 1)
    .map((upload) => ({ name: keyMarker, upload }));
  for (const entry of walkKeys(keys, { prefix, delimiter, after: keyMarker }, () => true)) {
    if (entry.common) items.push({ name: entry.name });
    else items.push(...uploadsOf(entry.name).map((upload) => ({ name: entry.name, upload })));
  }
  const page = items.slice(0, maxUploads);
  const truncated = items.length > page.length;
  const last = page.at(-1);

  const uploads: XmlField[] = [];
  const common: XmlField[] = [];
  for (const { name, upload } of page) {
    if (!upload) {
      common.push(['CommonPrefixes', [['Prefix', encode(name)]]]);
      continue;
    }
    uploads.push([
      'Upload',
      [
        ['Key', encode(upload.key)],
        ['UploadId', upload.id],
        ownerField(call, 'Initiator'),
        ownerField(call),
        ['StorageClass', 'STANDARD'],
        ['Initiated', isoTime(upload.initiated)],
        ['ChecksumAlgorithm', upload.algorithmAsked ? upload.algorithm : undefined],
        ['ChecksumType', upload.algorithmAsked ? upload.checksumType : undefined],
      ],
    ]);
  }
  answerXml(call, 'ListMultipartUploadsResult', [
    ['Bucket', call.bucket],
    ['KeyMarker', encode(keyMarker)],
    ['UploadIdMarker', idMarker],
    ['NextKeyMarker', truncated && last ? encode(last.name) : undefined],
    ['NextUploadIdMarker', truncated ? last?.upload?.id : undefined],
    ['Prefix', encode(prefix)],
    ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
    ['EncodingType', encoding],
    ['MaxUploads', maxUploads],
    ['IsTruncated', truncated],
    ...uploads,
    ...common,
  ]);
};
