import { Buffer } from 'node:buffer';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { epochMs } from '../../catalog/instant.ts';
import type { Objects, ObjectVersion, PutOptions } from '../../ports/objects.ts';

/** S3 copies at most 5 GB in one call (CopyObject reference); larger objects go by parts of this size. */
const LARGEST_SINGLE_COPY = 5 * 1024 ** 3;
const COPY_PART = 1024 ** 3;

const named = (error: unknown, ...names: string[]): boolean => error instanceof Error && names.includes(error.name);
const isAbsent = (error: unknown): boolean => named(error, 'NoSuchKey', 'NotFound', 'NoSuchVersion');
/** 412: something is there. 409: somebody is writing it at this moment and the same call may find it written. */
const isTaken = (error: unknown): boolean => named(error, 'PreconditionFailed');
const isRace = (error: unknown): boolean => named(error, 'ConditionalRequestConflict');
const RACES_BORNE = 5;

const orAbsent = async <A>(call: Promise<A>): Promise<A | undefined> => {
  try {
    return await call;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
};

const once = async (write: () => Promise<unknown>, left = RACES_BORNE): Promise<'written' | 'exists'> => {
  try {
    await write();
    return 'written';
  } catch (error) {
    if (isTaken(error)) return 'exists';
    if (isRace(error) && left > 0) return once(write, left - 1);
    throw error;
  }
};

const version = (versionId: string | undefined) => (versionId === undefined ? {} : { VersionId: versionId });
const described = (options: PutOptions) => ({
  ...(options.contentType === undefined ? {} : { ContentType: options.contentType }),
  ...(options.metadata === undefined ? {} : { Metadata: { ...options.metadata } }),
});
const bytesOf = (body: Uint8Array | string): Uint8Array => (typeof body === 'string' ? Buffer.from(body) : body);

/** What CopySource wants: the key percent-encoded but for its slashes. */
const copySource = (bucket: string, { key, versionId }: ObjectVersion): string =>
  `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}?versionId=${encodeURIComponent(versionId)}`;

/** One bucket. Endpoint, region and credentials come from the environment, as Lambda sets it. */
export const s3Objects = (Bucket: string, s3 = new S3Client({})): Objects => {
  const get = (key: string, versionId?: string) =>
    orAbsent(s3.send(new GetObjectCommand({ Bucket, Key: key, ...version(versionId) })));
  const put = (key: string, body: Uint8Array | string, options: PutOptions, condition: { IfNoneMatch?: string }) =>
    s3.send(new PutObjectCommand({ Bucket, Key: key, Body: bytesOf(body), ...described(options), ...condition }));

  const copyByParts = async (from: ObjectVersion, to: string, metadata: Record<string, string>): Promise<void> => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: to, Metadata: metadata }));
    try {
      const Parts: { ETag: string | undefined; PartNumber: number }[] = [];
      for (let start = 0; start < from.size; start += COPY_PART) {
        const PartNumber = Parts.length + 1;
        const CopySourceRange = `bytes=${start}-${Math.min(start + COPY_PART, from.size) - 1}`;
        const source = { CopySource: copySource(Bucket, from), CopySourceRange };
        const part = await s3.send(new UploadPartCopyCommand({ Bucket, Key: to, UploadId, PartNumber, ...source }));
        Parts.push({ ETag: part.CopyPartResult?.ETag, PartNumber });
      }
      await s3.send(
        new CompleteMultipartUploadCommand({ Bucket, Key: to, UploadId, MultipartUpload: { Parts }, IfNoneMatch: '*' }),
      );
    } catch (error) {
      await s3.send(new AbortMultipartUploadCommand({ Bucket, Key: to, UploadId }));
      throw error;
    }
  };

  return {
    head: async (key, versionId) => {
      const found = await orAbsent(s3.send(new HeadObjectCommand({ Bucket, Key: key, ...version(versionId) })));
      return (
        found && {
          key,
          versionId: found.VersionId ?? 'null',
          size: found.ContentLength ?? 0,
          etag: found.ETag ?? '',
          lastModified: epochMs(found.LastModified?.getTime() ?? 0),
          metadata: found.Metadata ?? {},
        }
      );
    },
    read: async (key, versionId) => (await get(key, versionId))?.Body?.transformToByteArray(),
    readRange: async (key, start, length, versionId) => {
      const Range = `bytes=${start}-${start + length - 1}`;
      try {
        const command = new GetObjectCommand({ Bucket, Key: key, Range, ...version(versionId) });
        return await (await orAbsent(s3.send(command)))?.Body?.transformToByteArray();
      } catch (error) {
        if (named(error, 'InvalidRange')) return new Uint8Array();
        throw error;
      }
    },
    stream: async (key, versionId) => (await get(key, versionId))?.Body as AsyncIterable<Uint8Array> | undefined,
    putOnce: (key, body, options = {}) => once(() => put(key, body, options, { IfNoneMatch: '*' })),
    put: async (key, body, options = {}) => {
      await put(key, body, options, {});
    },
    copyOnce: (from, to, metadata) =>
      once(() =>
        from.size > LARGEST_SINGLE_COPY
          ? copyByParts(from, to, { ...metadata })
          : s3.send(
              new CopyObjectCommand({
                Bucket,
                Key: to,
                CopySource: copySource(Bucket, from),
                MetadataDirective: 'REPLACE',
                Metadata: { ...metadata },
                IfNoneMatch: '*',
              }),
            ),
      ),
    deleteVersion: async (key, versionId) => {
      await orAbsent(s3.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId: versionId })));
    },
    // Without a version id S3 would want another permission for the same: here the only version is `null`.
    remove: async (key) => {
      await s3.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId: 'null' }));
    },
    async *versions(prefix) {
      let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
      for (;;) {
        const page = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: prefix, ...marker }));
        for (const { Key, VersionId, Size, LastModified } of page.Versions ?? []) {
          if (Key === undefined || VersionId === undefined) continue;
          yield {
            key: Key,
            versionId: VersionId,
            size: Size ?? 0,
            lastModified: epochMs(LastModified?.getTime() ?? 0),
          };
        }
        if (!page.IsTruncated) return;
        marker = {
          ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
          ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
        };
      }
    },
  };
};
