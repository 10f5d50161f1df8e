import { answerEmpty, answerXml, type Call, header, isoTime, numberIn } from './call.ts';
import { type Algorithm, algorithmNamed, checksumElement, checksumHeader, multipartChecksumType } from './checksum.ts';
import { copySource } from './copy-source.ts';
import { descriptionIn, encryptionHeaders } from './description.ts';
import { noSuchUpload, S3Error } from './errors.ts';
import type { UploadedPart } from './model.ts';
import { type Measured, measuring, receiveBody } from './receive.ts';
import type { OpenUpload } from './store.ts';
import { randomId } from './versions.ts';

const UPLOAD_ID_BYTES = 48;
export const MAX_PARTS = 10_000;
/** One part, also one copied from an object: at most 5 GB. */
const MAX_PART_BYTES = 5 * 1024 ** 3;

export const uploadIdOf = (call: Call): string => call.query.get('uploadId') ?? '';

/** The upload the query names, of this very bucket and key. Throws NoSuchBucket and NoSuchUpload. */
export const openUpload = (call: Call): OpenUpload => {
  const { store } = call.core;
  store.bucket(call.bucket);
  const found = store.upload(uploadIdOf(call));
  if (found?.upload.bucket === call.bucket && found.upload.key === call.key) return found;
  throw noSuchUpload(uploadIdOf(call));
};

export const createMultipartUpload = (call: Call): void => {
  const { store, options } = call.core;
  store.bucket(call.bucket);
  const description = descriptionIn(call);
  const asked = header(call, 'x-amz-checksum-algorithm');
  const algorithm = asked ? algorithmNamed(asked) : 'CRC64NVME';
  const checksumType = multipartChecksumType(algorithm, header(call, 'x-amz-checksum-type'));
  options.beforeWrite();
  const id = randomId(UPLOAD_ID_BYTES);
  const upload = {
    ...description,
    id,
    bucket: call.bucket,
    key: call.key,
    initiated: store.wholeSecond(),
    order: store.nextOrder(),
    algorithm,
    checksumType,
    algorithmAsked: asked !== undefined,
  };
  store.commit([{ type: 'upload', upload }]);
  answerXml(
    call,
    'InitiateMultipartUploadResult',
    [
      ['Bucket', call.bucket],
      ['Key', call.key],
      ['UploadId', id],
    ],
    {
      'x-amz-checksum-algorithm': asked ? algorithm : undefined,
      'x-amz-checksum-type': asked ? checksumType : undefined,
      ...encryptionHeaders(upload),
    },
  );
};

/** Commits a part unless the upload ended while its bytes came in. */
const storePart = (call: Call, measured: Measured): UploadedPart => {
  const { store, options } = call.core;
  const { upload } = openUpload(call);
  options.beforeWrite();
  const part: UploadedPart = {
    number: numberIn(call, 'partNumber', 1, MAX_PARTS, 1),
    size: measured.size,
    modified: store.wholeSecond(),
    etag: measured.md5,
    segments: measured.segments,
    checksums: measured.checksums,
  };
  store.commit([{ type: 'part', upload: upload.id, part }]);
  return part;
};

const checkPartNumber = (call: Call): void => {
  const number = Number(call.query.get('partNumber'));
  if (Number.isInteger(number) && number >= 1 && number <= MAX_PARTS) return;
  throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', {
    ArgumentName: 'partNumber',
    ArgumentValue: call.query.get('partNumber') ?? '',
  });
};

const mismatch = (expected: Algorithm, actual: Algorithm | undefined): S3Error =>
  new S3Error(
    'InvalidRequest',
    `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${actual?.toLowerCase() ?? 'null'}`,
  );

export const uploadPart = async (call: Call): Promise<void> => {
  checkPartNumber(call);
  const { upload } = openUpload(call);
  const received = await receiveBody(call, [upload.algorithm]);
  try {
    if (upload.algorithmAsked && received.sent !== upload.algorithm) throw mismatch(upload.algorithm, received.sent);
    const part = storePart(call, received);
    const { sent } = received;
    answerEmpty(call, 200, {
      etag: `"${part.etag}"`,
      ...(sent && { [checksumHeader(sent)]: part.checksums[sent] }),
      ...encryptionHeaders(upload),
    });
  } finally {
    call.core.store.bodies.release(received.segments);
  }
};

/** x-amz-copy-source-range: only `bytes=first-last`, and all of it must exist. */
const sourceSpan = (call: Call, size: number): { start: number; end: number } => {
  const range = header(call, 'x-amz-copy-source-range');
  if (range === undefined) return { start: 0, end: size };
  const match = /^bytes=(\d+)-(\d+)$/.exec(range);
  const start = Number(match?.[1]);
  const end = Number(match?.[2]) + 1;
  if (match && start < end && end <= size) return { start, end };
  throw new S3Error(
    'InvalidArgument',
    match
      ? `Range specified is not valid for source object of size: ${size}`
      : 'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: range },
  );
};

export const uploadPartCopy = async (call: Call): Promise<void> => {
  checkPartNumber(call);
  const { upload } = openUpload(call);
  const { bodies } = call.core.store;
  const source = copySource(call);
  const { version } = source;
  const { start, end } = sourceSpan(call, version.size);
  if (end - start > MAX_PART_BYTES) {
    throw new S3Error(
      'InvalidRequest',
      'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
    );
  }
  bodies.hold(version.segments);
  let copied: Measured;
  try {
    const { bytes, result } = measuring(bodies.read(version.segments, start, end), [upload.algorithm]);
    const segments = await bodies.write(bytes);
    copied = { ...result(), segments };
  } finally {
    bodies.release(version.segments);
  }
  try {
    const part = storePart(call, copied);
    answerXml(
      call,
      'CopyPartResult',
      [
        ['LastModified', isoTime(part.modified)],
        ['ETag', `"${part.etag}"`],
        [checksumElement(upload.algorithm), upload.algorithmAsked ? part.checksums[upload.algorithm] : undefined],
      ],
      { 'x-amz-copy-source-version-id': source.bucket.settings.versioning ? version.id : undefined },
    );
  } finally {
    bodies.release(copied.segments);
  }
};

export const abortMultipartUpload = (call: Call): void => {
  const { upload } = openUpload(call);
  call.core.options.beforeWrite();
  call.core.store.commit([{ type: 'upload-gone', id: upload.id }]);
  answerEmpty(call, 204);
};
