import { answerXml, type Call, header, isoTime } from './call.ts';
import { type Algorithm, algorithmNamed, checksumElement } from './checksum.ts';
import { writeConditions } from './conditions.ts';
import { type CopySource, copySource } from './copy-source.ts';
import { copiedDescription, descriptionIn, encryptionHeaders, versionHeader } from './description.ts';
import { S3Error } from './errors.ts';
import { type Measured, measuring } from './receive.ts';
import { storeVersion } from './versions.ts';

/** CopyObject takes sources up to 5 GB; larger ones need UploadPartCopy. */
const MAX_COPY_BYTES = 5 * 1024 ** 3;

const checkRequest = (call: Call, source: CopySource, replace: boolean): void => {
  const { version } = source;
  if (version.size > MAX_COPY_BYTES) {
    throw new S3Error(
      'InvalidRequest',
      `The specified copy source is larger than the maximum allowable size for a copy source: ${MAX_COPY_BYTES}`,
    );
  }
  const onItself = source.bucket.settings.name === call.bucket && version.key === call.key && !source.versionNamed;
  const changed = replace || header(call, 'x-amz-storage-class') || header(call, 'x-amz-server-side-encryption');
  if (onItself && !changed) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
};

const drained = async (bytes: AsyncIterable<Buffer>): Promise<void> => {
  for await (const _ of bytes);
};

/**
 * The bytes of the copy, in the source's own files, held once more. An object of several parts is read all the same, for
 * its copy has the ETag of one piece, and perhaps another checksum.
 */
const copyBytes = async (call: Call, source: CopySource, algorithm: Algorithm): Promise<Measured> => {
  const { bodies } = call.core.store;
  const { size, etag, segments, checksum, parts } = source.version;
  bodies.hold(segments);
  const known = checksum?.algorithm === algorithm && checksum.type === 'FULL_OBJECT' ? checksum.value : undefined;
  if (!parts && known !== undefined) return { size, md5: etag, segments, checksums: { [algorithm]: known } };
  try {
    const { bytes, result } = measuring(bodies.read(segments, 0, size), known === undefined ? [algorithm] : []);
    await drained(bytes);
    const { md5, checksums } = result();
    return { size, md5, segments, checksums: known === undefined ? checksums : { [algorithm]: known } };
  } catch (error) {
    bodies.release(segments);
    throw error;
  }
};

export const copyObject = async (call: Call): Promise<void> => {
  const { store } = call.core;
  const { settings } = store.bucket(call.bucket);
  const source = copySource(call);
  const replace = header(call, 'x-amz-metadata-directive')?.toUpperCase() === 'REPLACE';
  checkRequest(call, source, replace);
  const description = replace ? descriptionIn(call) : copiedDescription(call, source.version);
  const conditions = writeConditions(call);
  const asked = header(call, 'x-amz-checksum-algorithm');
  const algorithm = asked ? algorithmNamed(asked) : (source.version.checksum?.algorithm ?? 'CRC64NVME');

  const copied = await copyBytes(call, source, algorithm);
  try {
    const value = copied.checksums[algorithm] ?? '';
    const { size, md5, segments } = copied;
    const version = storeVersion(
      call,
      { ...description, size, etag: md5, segments, checksum: { algorithm, value, type: 'FULL_OBJECT' } },
      { conditions, reason: 'CopyObject' },
    );
    answerXml(
      call,
      'CopyObjectResult',
      [
        ['ETag', `"${version.etag}"`],
        ['LastModified', isoTime(version.modified)],
        [checksumElement(algorithm), value],
        ['ChecksumType', 'FULL_OBJECT'],
      ],
      {
        ...versionHeader(settings, version.id),
        ...encryptionHeaders(version),
        'x-amz-copy-source-version-id': source.bucket.settings.versioning ? source.version.id : undefined,
      },
    );
  } finally {
    store.bodies.release(copied.segments);
  }
};
