import { createHash } from 'node:crypto';
import { answerXml, type Call, header } from './call.ts';
import { ALGORITHMS, checksumElement, checksumHeader, multipartChecksum } from './checksum.ts';
import { writeConditions } from './conditions.ts';
import { encryptionHeaders, versionHeader } from './description.ts';
import { malformedXml, S3Error } from './errors.ts';
import type { ObjectVersion, Upload, UploadedPart } from './model.ts';
import { openUpload, uploadIdOf } from './multipart.ts';
import { receiveXml } from './receive.ts';
import type { OpenUpload } from './store.ts';
import { storeVersion } from './versions.ts';
import { childrenOf, textOf, type XmlNode } from './xml.ts';

/** All parts but the last are at least 5 MiB (S3 user guide, "Multipart upload limits"). */
const MIN_PART_BYTES = 5 * 1024 ** 2;

const invalidPart = (call: Call, number: number, etag: string): S3Error =>
  new S3Error(
    'InvalidPart',
    'One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part’s entity tag.',
    { UploadId: uploadIdOf(call), PartNumber: String(number), ETag: etag },
  );

/** Throws unless the checksums named with a part are those it was stored with. */
const checkPartChecksums = (call: Call, upload: Upload, node: XmlNode, part: UploadedPart): void => {
  for (const algorithm of ALGORITHMS) {
    const named = textOf(node, checksumElement(algorithm));
    if (named !== undefined && named !== part.checksums[algorithm]) throw invalidPart(call, part.number, part.etag);
  }
  const needed = upload.algorithmAsked && upload.checksumType === 'COMPOSITE';
  if (needed && textOf(node, checksumElement(upload.algorithm)) === undefined) {
    throw new S3Error(
      'InvalidRequest',
      `The upload was created using a ${upload.algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
};

const chosenParts = (call: Call, { upload, parts }: OpenUpload, body: XmlNode): UploadedPart[] => {
  const nodes = childrenOf(body, 'Part');
  if (nodes.length === 0) throw malformedXml();
  const chosen = nodes.map((node) => {
    const number = Number(textOf(node, 'PartNumber'));
    const etag = textOf(node, 'ETag');
    if (!Number.isInteger(number) || etag === undefined) throw malformedXml();
    return { node, number, etag };
  });
  if (chosen.some(({ number }, index) => number <= (chosen[index - 1]?.number ?? 0))) {
    throw new S3Error(
      'InvalidPartOrder',
      'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
      { UploadId: upload.id },
    );
  }
  return chosen.map(({ node, number, etag }, index) => {
    const part = parts.get(number);
    if (!part || part.etag !== etag.trim().replace(/^"(.*)"$/, '$1')) throw invalidPart(call, number, etag);
    if (part.size < MIN_PART_BYTES && index < nodes.length - 1) {
      throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        ProposedSize: String(part.size),
        MinSizeAllowed: String(MIN_PART_BYTES),
        PartNumber: String(number),
        ETag: part.etag,
      });
    }
    checkPartChecksums(call, upload, node, part);
    return part;
  });
};

/** S3's ETag of several parts: the MD5 of their MD5s, and how many they are. */
const multipartEtag = (parts: readonly UploadedPart[]): string => {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(Buffer.from(part.etag, 'hex'));
  return `${md5.digest('hex')}-${parts.length}`;
};

const complete = (call: Call, opened: OpenUpload, body: XmlNode): ObjectVersion => {
  const { upload } = opened;
  const parts = chosenParts(call, opened, body);
  const checksumOf = (part: UploadedPart): string => part.checksums[upload.algorithm] ?? '';
  const checksum = multipartChecksum(
    upload.algorithm,
    upload.checksumType,
    parts.map((part) => ({ value: checksumOf(part), size: part.size })),
  );
  const expected = header(call, checksumHeader(upload.algorithm));
  if (expected !== undefined && expected !== checksum.value) {
    throw new S3Error('BadDigest', `The ${upload.algorithm} you specified did not match the calculated checksum.`);
  }
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const expectedSize = header(call, 'x-amz-mp-object-size');
  if (expectedSize !== undefined && Number(expectedSize) !== size) {
    throw new S3Error(
      'InvalidRequest',
      `The provided 'x-amz-mp-object-size' header value ${expectedSize} does not match what was computed: ${size}`,
    );
  }
  return storeVersion(
    call,
    {
      headers: upload.headers,
      metadata: upload.metadata,
      size,
      etag: multipartEtag(parts),
      segments: parts.flatMap((part) => part.segments),
      checksum,
      parts: parts.map((part) => ({ number: part.number, size: part.size, checksum: checksumOf(part) })),
      upload: upload.id,
    },
    {
      conditions: writeConditions(call),
      reason: 'CompleteMultipartUpload',
      initiated: { modified: upload.initiated, order: upload.order },
      also: [{ type: 'upload-gone', id: upload.id }],
    },
  );
};

export const completeMultipartUpload = async (call: Call): Promise<void> => {
  const { store } = call.core;
  const bucket = store.bucket(call.bucket);
  const body = await receiveXml(call, 'CompleteMultipartUpload');
  if (!body) throw malformedXml();
  // A client that lost the answer asks again; S3 answers a completed upload as it did the first time.
  const done = bucket.versions(call.key).find((version) => version.upload === uploadIdOf(call));
  const version = done ?? complete(call, openUpload(call), body);
  const { checksum } = version;
  answerXml(
    call,
    'CompleteMultipartUploadResult',
    [
      ['Location', `http://${header(call, 'host') ?? 'localhost'}/${call.bucket}/${encodeURIComponent(call.key)}`],
      ['Bucket', call.bucket],
      ['Key', call.key],
      ['ETag', `"${version.etag}"`],
      ...(checksum
        ? ([
            [checksumElement(checksum.algorithm), checksum.value],
            ['ChecksumType', checksum.type],
          ] as const)
        : []),
    ],
    { ...versionHeader(bucket.settings, version.id), ...encryptionHeaders(version) },
  );
};
