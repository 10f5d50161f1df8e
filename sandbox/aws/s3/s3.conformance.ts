import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';

export interface S3Subject {
  /** A client with default settings for the server under test; made and destroyed by the caller. */
  client(): S3Client;
  /** A new, empty bucket's name. */
  makeBucket(versioning: 'none' | 'Enabled'): Promise<string>;
  region: string;
  /** A valid name that no bucket has, in no account. */
  absentBucket: string;
}

const MIB = 1024 ** 2;

/** The error's name and HTTP status, as a caller of the SDK tells them apart. */
const failure = async (promise: Promise<unknown>): Promise<[name: string, status: number | undefined]> => {
  try {
    await promise;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return [name, $metadata?.httpStatusCode];
  }
  throw new Error('the call was expected to fail, but succeeded');
};

const md5 = (...bytes: (string | Buffer)[]): string => {
  const hash = createHash('md5');
  for (const part of bytes) hash.update(part);
  return hash.digest('hex');
};
const crc32Base64 = (bytes: Buffer | string): string => {
  const raw = Buffer.alloc(4);
  raw.writeUInt32BE(crc32(bytes));
  return raw.toString('base64');
};

/** What any Amazon S3 does, by its API Reference and user guide, as the AWS SDK sees it. */
export const s3Conformance = (subject: S3Subject): void => {
  let s3: S3Client;
  beforeAll(() => {
    s3 = subject.client();
  });

  const put = (Bucket: string, Key: string, Body: PutObjectCommandInput['Body'] = Key, more: object = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const get = (Bucket: string, Key: string, more: object = {}) =>
    s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
  const text = async (Bucket: string, Key: string, more: object = {}): Promise<string> =>
    (await (await get(Bucket, Key, more)).Body?.transformToString()) ?? '';
  const head = (Bucket: string, Key: string, more: object = {}) =>
    s3.send(new HeadObjectCommand({ Bucket, Key, ...more }));
  const remove = (Bucket: string, Key: string, more: object = {}) =>
    s3.send(new DeleteObjectCommand({ Bucket, Key, ...more }));
  const copy = (Bucket: string, Key: string, CopySource: string, more: object = {}) =>
    s3.send(new CopyObjectCommand({ Bucket, Key, CopySource, ...more }));
  const versions = (Bucket: string, more: object = {}) => s3.send(new ListObjectVersionsCommand({ Bucket, ...more }));
  const listed = async (Bucket: string, more: object = {}): Promise<(string | undefined)[]> =>
    ((await s3.send(new ListObjectsV2Command({ Bucket, ...more }))).Contents ?? []).map((object) => object.Key);

  describe('buckets', () => {
    test('are made, found, listed, located and removed', async () => {
      const bucket = await subject.makeBucket('none');
      expect((await s3.send(new HeadBucketCommand({ Bucket: bucket }))).BucketRegion).toBe(subject.region);
      expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toContain(bucket);
      expect((await s3.send(new GetBucketLocationCommand({ Bucket: bucket }))).LocationConstraint).toBe(subject.region);
      await put(bucket, 'k');
      expect(await failure(s3.send(new DeleteBucketCommand({ Bucket: bucket })))).toEqual(['BucketNotEmpty', 409]);
      await remove(bucket, 'k');
      await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
      expect(await failure(s3.send(new HeadBucketCommand({ Bucket: bucket })))).toEqual(['NotFound', 404]);
    });

    test('refuse bad names and second creations', async () => {
      const bucket = await subject.makeBucket('none');
      expect(await failure(s3.send(new CreateBucketCommand({ Bucket: bucket })))).toEqual([
        'BucketAlreadyOwnedByYou',
        409,
      ]);
      expect(await failure(s3.send(new CreateBucketCommand({ Bucket: 'No_Such-Name' })))).toEqual([
        'InvalidBucketName',
        400,
      ]);
    });

    test('keep their versioning state', async () => {
      const bucket = await subject.makeBucket('none');
      const status = async () => (await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }))).Status;
      expect(await status()).toBeUndefined();
      for (const Status of ['Enabled', 'Suspended'] as const) {
        await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status } }));
        expect(await status()).toBe(Status);
      }
    });

    test('keep lifecycle rules', async () => {
      const bucket = await subject.makeBucket('none');
      const read = () => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }));
      expect(await failure(read())).toEqual(['NoSuchLifecycleConfiguration', 404]);
      const Rules = [
        {
          ID: 'one',
          Status: 'Enabled' as const,
          Filter: { Prefix: 'a/' },
          Expiration: { Days: 3 },
          NoncurrentVersionExpiration: { NoncurrentDays: 4 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 5 },
        },
      ];
      await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration: { Rules } }));
      const [rule] = (await read()).Rules ?? [];
      expect(rule).toMatchObject(Rules[0] ?? {});
    });

    test('that are not there', async () => {
      expect(await failure(put(subject.absentBucket, 'k'))).toEqual(['NoSuchBucket', 404]);
      expect(await failure(get(subject.absentBucket, 'k'))).toEqual(['NoSuchBucket', 404]);
      expect(await failure(listed(subject.absentBucket))).toEqual(['NoSuchBucket', 404]);
    });
  });

  describe('put, get and head', () => {
    test('bytes, headers and metadata come back', async () => {
      const bucket = await subject.makeBucket('none');
      const before = Math.floor(Date.now() / 1000) * 1000;
      const stored = await put(bucket, 'a', 'hello', {
        ContentType: 'text/csv',
        ContentEncoding: 'identity',
        CacheControl: 'no-store',
        Metadata: { sequence: '2026-01-01T00:00:00Z', constructor: 'x' },
      });
      expect(stored.ETag).toBe(`"${md5('hello')}"`);
      expect(stored.VersionId).toBeUndefined();
      for (const read of [await get(bucket, 'a'), await head(bucket, 'a')]) {
        expect(read).toMatchObject({
          ContentLength: 5,
          ContentType: 'text/csv',
          ContentEncoding: 'identity',
          CacheControl: 'no-store',
          AcceptRanges: 'bytes',
          ETag: stored.ETag,
          Metadata: { sequence: '2026-01-01T00:00:00Z', constructor: 'x' },
        });
        expect(read.VersionId).toBeUndefined();
        expect((read.LastModified?.getTime() ?? 1) % 1000).toBe(0);
        expect(read.LastModified?.getTime()).toBeGreaterThanOrEqual(before);
      }
      expect(await text(bucket, 'a')).toBe('hello');
    });

    test('an empty object, and content of no stated type', async () => {
      const bucket = await subject.makeBucket('none');
      await put(bucket, 'empty', Buffer.alloc(0));
      expect(await head(bucket, 'empty')).toMatchObject({ ContentLength: 0, ETag: `"${md5('')}"` });
      expect(await text(bucket, 'empty')).toBe('');
    });

    test.each([
      'plain',
      'a b+c%2F&=?#.csv',
      'ünï/日本/😀',
      '/slash/first//twice/',
      'down/../here',
      '__proto__',
      '<&>"\'',
      'x'.repeat(1024),
    ])('the key %j', async (key) => {
      const bucket = await subject.makeBucket('none');
      await put(bucket, key, 'body');
      expect(await text(bucket, key)).toBe('body');
      expect(await listed(bucket)).toEqual([key]);
      await copy(bucket, 'copy', `${bucket}/${encodeURIComponent(key)}`);
      expect(await text(bucket, 'copy')).toBe('body');
      await remove(bucket, key);
      expect(await listed(bucket)).toEqual(['copy']);
    });

    test('a key of more than 1,024 bytes is refused', async () => {
      const bucket = await subject.makeBucket('none');
      expect(await failure(put(bucket, 'é'.repeat(513)))).toEqual(['KeyTooLongError', 400]);
    });

    test('missing keys', async () => {
      const bucket = await subject.makeBucket('none');
      expect(await failure(get(bucket, 'k'))).toEqual(['NoSuchKey', 404]);
      expect(await failure(head(bucket, 'k'))).toEqual(['NotFound', 404]);
      expect((await remove(bucket, 'k')).$metadata.httpStatusCode).toBe(204);
    });

    test.each([
      ['bytes=0-3', '0123', 'bytes 0-3/10'],
      ['bytes=7-', '789', 'bytes 7-9/10'],
      ['bytes=-2', '89', 'bytes 8-9/10'],
      ['bytes=8-99', '89', 'bytes 8-9/10'],
      ['bytes=-99', '0123456789', 'bytes 0-9/10'],
    ])('range %s', async (Range, body, ContentRange) => {
      const bucket = await subject.makeBucket('none');
      await put(bucket, 'k', '0123456789');
      const read = await get(bucket, 'k', { Range });
      expect(read).toMatchObject({ ContentRange, ContentLength: body.length, $metadata: { httpStatusCode: 206 } });
      expect(await read.Body?.transformToString()).toBe(body);
    });

    test('a range outside the object', async () => {
      const bucket = await subject.makeBucket('none');
      await put(bucket, 'k', '0123456789');
      expect(await failure(get(bucket, 'k', { Range: 'bytes=10-' }))).toEqual(['InvalidRange', 416]);
      expect(await failure(get(bucket, 'k', { Range: 'bytes=-0' }))).toEqual(['InvalidRange', 416]);
    });

    test('conditional reads', async () => {
      const bucket = await subject.makeBucket('none');
      const { ETag } = await put(bucket, 'k');
      const LastModified = (await head(bucket, 'k')).LastModified?.getTime() ?? 0;
      const at = new Date(LastModified);
      const earlier = new Date(LastModified - 1000);
      expect(await text(bucket, 'k', { IfMatch: ETag })).toBe('k');
      expect(await text(bucket, 'k', { IfNoneMatch: '"other"' })).toBe('k');
      expect(await text(bucket, 'k', { IfModifiedSince: earlier })).toBe('k');
      expect(await text(bucket, 'k', { IfMatch: ETag, IfUnmodifiedSince: earlier })).toBe('k');
      expect(await failure(get(bucket, 'k', { IfMatch: '"other"' }))).toEqual(['PreconditionFailed', 412]);
      expect(await failure(get(bucket, 'k', { IfUnmodifiedSince: earlier }))).toEqual(['PreconditionFailed', 412]);
      expect((await failure(get(bucket, 'k', { IfNoneMatch: ETag })))[1]).toBe(304);
      expect((await failure(get(bucket, 'k', { IfModifiedSince: at })))[1]).toBe(304);
      expect((await failure(head(bucket, 'k', { IfNoneMatch: ETag, IfModifiedSince: earlier })))[1]).toBe(304);
    });
  });

  describe('integrity', () => {
    /** The SDK leaves CRC64NVME to an optional native package. */
    const algorithms = Object.values(ChecksumAlgorithm).filter((name) =>
      ['CRC32', 'CRC32C', 'SHA1', 'SHA256'].includes(name),
    );

    test.each(algorithms)('%s in a header and in a trailer', async (ChecksumAlgorithm) => {
      const bucket = await subject.makeBucket('none');
      const body = Buffer.alloc(300_000, 'catalog');
      const stream = Readable.from([body.subarray(0, 7), body.subarray(7)]);
      await put(bucket, 'header', body, { ChecksumAlgorithm });
      await put(bucket, 'trailer', stream, { ChecksumAlgorithm, ContentLength: body.length });
      const member = `Checksum${ChecksumAlgorithm}`;
      const values = [];
      for (const key of ['header', 'trailer']) {
        const read = await get(bucket, key, { ChecksumMode: 'ENABLED' });
        expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
        expect(read.ContentEncoding).toBeUndefined();
        expect(read.ChecksumType).toBe('FULL_OBJECT');
        values.push((read as unknown as Record<string, unknown>)[member]);
      }
      expect(values[0]).toMatch(/^[\w+/]+=*$/);
      expect(values[0]).toBe(values[1]);
    });

    test.each([
      [{ ChecksumCRC32: crc32Base64('other') }, 'BadDigest'],
      [{ ChecksumCRC32C: 'AAAAAA==' }, 'BadDigest'],
      [{ ChecksumCRC64NVME: 'AAAAAAAAAAA=' }, 'BadDigest'],
      [{ ChecksumSHA256: createHash('sha256').update('other').digest('base64') }, 'BadDigest'],
      [{ ContentMD5: createHash('md5').update('other').digest('base64') }, 'BadDigest'],
      [{ ContentMD5: 'short' }, 'InvalidDigest'],
      [{ ChecksumCRC32: 'short' }, 'InvalidRequest'],
    ])('a body that is not what %j says is not stored', async (more, code) => {
      const bucket = await subject.makeBucket('none');
      expect(await failure(put(bucket, 'k', 'body', more))).toEqual([code, 400]);
      expect(await listed(bucket)).toEqual([]);
    });

    test('CRC64NVME, by its published check value', async () => {
      const bucket = await subject.makeBucket('none');
      await put(bucket, 'k', '123456789', { ChecksumCRC64NVME: 'rosUhgp5mIg=' });
      expect((await head(bucket, 'k', { ChecksumMode: 'ENABLED' })).ChecksumCRC64NVME).toBe('rosUhgp5mIg=');
    });

    test('a long stream in many chunks', async () => {
      const bucket = await subject.makeBucket('none');
      const block = Buffer.alloc(65_537, 'x');
      const source = Readable.from(
        (function* () {
          for (let n = 0; n < 100; n++) yield block;
        })(),
      );
      await put(bucket, 'k', source, { ContentLength: 100 * block.length });
      const read = await get(bucket, 'k');
      const hash = createHash('md5');
      for await (const chunk of read.Body as AsyncIterable<Buffer>) hash.update(chunk);
      expect(`"${hash.digest('hex')}"`).toBe(read.ETag);
      expect(read.ContentLength).toBe(100 * block.length);
    });
  });

  describe('conditional writes', () => {
    test('If-None-Match: * writes only what is not there', async () => {
      const bucket = await subject.makeBucket('Enabled');
      await put(bucket, 'k', 'one', { IfNoneMatch: '*' });
      expect(await failure(put(bucket, 'k', 'two', { IfNoneMatch: '*' }))).toEqual(['PreconditionFailed', 412]);
      expect(await text(bucket, 'k')).toBe('one');
      await remove(bucket, 'k');
      await put(bucket, 'k', 'three', { IfNoneMatch: '*' });
      expect(await text(bucket, 'k')).toBe('three');
    });

    test('If-Match writes only over what is named', async () => {
      const bucket = await subject.makeBucket('none');
      expect(await failure(put(bucket, 'k', 'zero', { IfMatch: '"x"' }))).toEqual(['NoSuchKey', 404]);
      const { ETag } = await put(bucket, 'k', 'one');
      expect(await failure(put(bucket, 'k', 'two', { IfMatch: `"${md5('zero')}"` }))).toEqual([
        'PreconditionFailed',
        412,
      ]);
      await put(bucket, 'k', 'two', { IfMatch: ETag });
      expect(await text(bucket, 'k')).toBe('two');
    });

    test('of many at once exactly one wins', async () => {
      const bucket = await subject.makeBucket('Enabled');
      const results = await Promise.allSettled(
        Array.from({ length: 20 }, (_, n) => put(bucket, 'k', `${n}`.repeat(1000), { IfNoneMatch: '*' })),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect([409, 412]).toContain(result.reason.$metadata.httpStatusCode);
      }
      expect((await versions(bucket)).Versions).toHaveLength(1);
    });

    test('If-Match on deletes', async () => {
      const bucket = await subject.makeBucket('none');
      const { ETag } = await put(bucket, 'k');
      expect(await failure(remove(bucket, 'k', { IfMatch: '"other"' }))).toEqual(['PreconditionFailed', 412]);
      expect(await listed(bucket)).toEqual(['k']);
      await remove(bucket, 'k', { IfMatch: ETag });
      expect(await listed(bucket)).toEqual([]);
      expect((await failure(remove(bucket, 'k', { IfMatch: ETag })))[1]).toBe(404);
    });
  });

  describe('versions', () => {
    test('each put and delete adds one; each is read and removed by its id', async () => {
      const bucket = await subject.makeBucket('Enabled');
      const one = (await put(bucket, 'k', 'one')).VersionId;
      const two = (await put(bucket, 'k', 'two')).VersionId;
      const marker = await remove(bucket, 'k');
      expect(marker.DeleteMarker).toBe(true);
      expect(await failure(get(bucket, 'k'))).toEqual(['NoSuchKey', 404]);
      expect(await text(bucket, 'k', { VersionId: one })).toBe('one');
      expect(await text(bucket, 'k', { VersionId: two })).toBe('two');
      expect((await failure(get(bucket, 'k', { VersionId: marker.VersionId })))[1]).toBe(405);
      expect((await failure(head(bucket, 'k', { VersionId: marker.VersionId })))[1]).toBe(405);
      expect(await listed(bucket)).toEqual([]);

      const all = await versions(bucket);
      expect(all.Versions?.map(({ VersionId, IsLatest, Size }) => [VersionId, IsLatest, Size])).toEqual([
        [two, false, 3],
        [one, false, 3],
      ]);
      expect(all.DeleteMarkers?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
        [marker.VersionId, true],
      ]);

      const undone = await remove(bucket, 'k', { VersionId: marker.VersionId });
      expect(undone).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
      expect(await text(bucket, 'k')).toBe('two');
      await remove(bucket, 'k', { VersionId: two });
      expect(await text(bucket, 'k')).toBe('one');
      expect(await failure(get(bucket, 'k', { VersionId: two }))).toEqual(['NoSuchVersion', 404]);
      expect(await failure(get(bucket, 'k', { VersionId: 'not an id' }))).toEqual(['InvalidArgument', 400]);
    });

    test('a bucket without versioning has the version null and replaces it', async () => {
      const bucket = await subject.makeBucket('none');
      await put(bucket, 'k', 'one');
      await put(bucket, 'k', 'two');
      expect((await versions(bucket)).Versions).toEqual([
        expect.objectContaining({ Key: 'k', VersionId: 'null', IsLatest: true }),
      ]);
      expect(await text(bucket, 'k', { VersionId: 'null' })).toBe('two');
    });

    test('suspended, a put replaces the null version only', async () => {
      const bucket = await subject.makeBucket('Enabled');
      const kept = (await put(bucket, 'k', 'kept')).VersionId;
      await s3.send(
        new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Suspended' } }),
      );
      await put(bucket, 'k', 'one');
      expect((await put(bucket, 'k', 'two')).VersionId).toBe('null');
      expect((await versions(bucket)).Versions?.map(({ VersionId }) => VersionId)).toEqual(['null', kept]);
      expect(await remove(bucket, 'k')).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
      expect((await versions(bucket)).Versions?.map(({ VersionId }) => VersionId)).toEqual([kept]);
    });

    test('paging goes through all, newest first within a key, also past removed markers', async () => {
      const bucket = await subject.makeBucket('Enabled');
      const expected: string[] = [];
      for (const key of ['a', 'b', 'c']) {
        const ids: string[] = [];
        for (let n = 0; n < 3; n++) ids.unshift((await put(bucket, key, `${n}`)).VersionId ?? '');
        expected.push(...ids.map((id) => `${key} ${id}`));
      }
      const seen: string[] = [];
      let markers = {};
      for (let more = true; more; ) {
        const page = await versions(bucket, { MaxKeys: 2, ...markers });
        seen.push(...(page.Versions ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`));
        more = page.IsTruncated ?? false;
        markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
      expect(seen).toEqual(expected);

      const first = await versions(bucket, { MaxKeys: 2 });
      for (const { Key = '', VersionId } of first.Versions ?? []) await remove(bucket, Key, { VersionId });
      const rest = await versions(bucket, {
        KeyMarker: first.NextKeyMarker,
        VersionIdMarker: first.NextVersionIdMarker,
      });
      expect(rest.Versions?.map(({ Key, VersionId }) => `${Key} ${VersionId}`)).toEqual(expected.slice(2));
      expect((await versions(bucket, { KeyMarker: 'a' })).Versions).toHaveLength(6);
      expect((await versions(bucket, { Prefix: 'b' })).Versions).toHaveLength(3);
    });
  });

  describe('copy', () => {
    test('takes bytes, headers and metadata along, or replaces them', async () => {
      const bucket = await subject.makeBucket('Enabled');
      const source = await put(bucket, 'from', 'body', { ContentType: 'text/csv', Metadata: { a: '1' } });
      const copied = await copy(bucket, 'to', `/${bucket}/from`);
      expect(copied.CopyObjectResult?.ETag).toBe(source.ETag);
      expect(copied.CopySourceVersionId).toBe(source.VersionId);
      expect(await head(bucket, 'to')).toMatchObject({
        ContentType: 'text/csv',
        Metadata: { a: '1' },
        VersionId: copied.VersionId,
      });
      await copy(bucket, 'to', `${bucket}/from`, { MetadataDirective: 'REPLACE', Metadata: { b: '2' } });
      expect((await head(bucket, 'to')).Metadata).toEqual({ b: '2' });
      await remove(bucket, 'from', { VersionId: source.VersionId });
      expect(await text(bucket, 'to')).toBe('body');
    });

    test('from a named version, under conditions on source and destination', async () => {
      const bucket = await subject.makeBucket('Enabled');
      const old = await put(bucket, 'from', 'old');
      await put(bucket, 'from', 'new');
      const source = `${bucket}/from?versionId=${old.VersionId}`;
      expect(await failure(copy(bucket, 'to', source, { CopySourceIfMatch: '"x"' }))).toEqual([
        'PreconditionFailed',
        412,
      ]);
      await copy(bucket, 'to', source, { CopySourceIfMatch: old.ETag, IfNoneMatch: '*' });
      expect(await text(bucket, 'to')).toBe('old');
      expect(await failure(copy(bucket, 'to', source, { IfNoneMatch: '*' }))).toEqual(['PreconditionFailed', 412]);
      await copy(bucket, 'from', source);
      expect(await text(bucket, 'from')).toBe('old');
    });

    test('what cannot be copied', async () => {
      const bucket = await subject.makeBucket('Enabled');
      await put(bucket, 'k');
      expect(await failure(copy(bucket, 'to', `${bucket}/none`))).toEqual(['NoSuchKey', 404]);
      expect(await failure(copy(bucket, 'to', `${subject.absentBucket}/k`))).toEqual(['NoSuchBucket', 404]);
      expect(await failure(copy(bucket, 'k', `${bucket}/k`))).toEqual(['InvalidRequest', 400]);
      const marker = await remove(bucket, 'k');
      expect(await failure(copy(bucket, 'to', `${bucket}/k`))).toEqual(['NoSuchKey', 404]);
      expect(await failure(copy(bucket, 'to', `${bucket}/k?versionId=${marker.VersionId}`))).toEqual([
        'InvalidRequest',
        400,
      ]);
    });
  });

  describe('DeleteObjects', () => {
    test('removes what is named and reports each', async () => {
      const bucket = await subject.makeBucket('Enabled');
      const kept = await put(bucket, 'a & b', 'old');
      const gone = await put(bucket, 'a & b', 'new');
      await put(bucket, 'c');
      const result = await s3.send(
        new DeleteObjectsCommand({
          Bucket: bucket,
          Delete: {
            Objects: [
              { Key: 'a & b', VersionId: gone.VersionId },
              { Key: 'c' },
              { Key: 'none' },
              { Key: 'a & b', ETag: '"x"' },
            ],
          },
        }),
      );
      expect(result.Deleted).toEqual([
        { Key: 'a & b', VersionId: gone.VersionId },
        expect.objectContaining({ Key: 'c', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) }),
        expect.objectContaining({ Key: 'none', DeleteMarker: true }),
      ]);
      expect(result.Errors).toEqual([expect.objectContaining({ Key: 'a & b', Code: 'PreconditionFailed' })]);
      expect(await head(bucket, 'a & b')).toMatchObject({ VersionId: kept.VersionId });
    });

    test('says only what failed when quiet', async () => {
      const bucket = await subject.makeBucket('none');
      await put(bucket, 'a');
      const result = await s3.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Quiet: true, Objects: [{ Key: 'a' }] } }),
      );
      expect(result.Deleted).toBeUndefined();
      expect(await listed(bucket)).toEqual([]);
    });
  });

  describe('ListObjectsV2', () => {
    test('pages through keys in the order of their UTF-8 bytes', async () => {
      const bucket = await subject.makeBucket('none');
      const keys = ['A', 'a', 'a/1', 'a/2', 'aa', 'b', 'ä', '\uff5e', '😀'];
      for (const key of [...keys].reverse()) await put(bucket, key, key);
      expect(keys).toEqual([...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      const seen: (string | undefined)[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 2, ...(ContinuationToken && { ContinuationToken }) }),
        );
        expect(page.KeyCount).toBe(page.Contents?.length);
        seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
        ContinuationToken = page.NextContinuationToken;
        expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
      } while (ContinuationToken);
      expect(seen).toEqual(keys);
      expect(await listed(bucket, { StartAfter: 'a/1' })).toEqual(keys.slice(3));
      expect(await listed(bucket, { Prefix: 'a/' })).toEqual(['a/1', 'a/2']);
    });

    test('folds keys at the delimiter, page by page', async () => {
      const bucket = await subject.makeBucket('none');
      for (const key of ['a/1', 'a/2', 'b', 'c/1', 'c/d/1', 'e']) await put(bucket, key);
      const page = async (more: object) => {
        const result = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Delimiter: '/', ...more }));
        return {
          keys: result.Contents?.map(({ Key }) => Key) ?? [],
          prefixes: result.CommonPrefixes?.map(({ Prefix }) => Prefix) ?? [],
          next: result.NextContinuationToken,
        };
      };
      expect(await page({})).toEqual({ keys: ['b', 'e'], prefixes: ['a/', 'c/'], next: undefined });
      expect(await page({ Prefix: 'c/' })).toEqual({ keys: ['c/1'], prefixes: ['c/d/'], next: undefined });
      const first = await page({ MaxKeys: 1 });
      expect(first.prefixes).toEqual(['a/']);
      expect(await page({ MaxKeys: 3, ContinuationToken: first.next })).toEqual({
        keys: ['b', 'e'],
        prefixes: ['c/'],
        next: undefined,
      });
    });

    test('encodes keys when asked', async () => {
      const bucket = await subject.makeBucket('none');
      await put(bucket, 'a b/ü+\u0001');
      const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, EncodingType: 'url' }));
      expect(decodeURIComponent(page.Contents?.[0]?.Key ?? '')).toBe('a b/ü+\u0001');
      expect(page.EncodingType).toBe('url');
    });

    test('more than a page of 1,000', async () => {
      const bucket = await subject.makeBucket('none');
      for (let n = 0; n < 1050; n += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, m) => put(bucket, `k${n + m}`)));
      }
      const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 5000 }));
      expect([page.KeyCount, page.IsTruncated, page.MaxKeys]).toEqual([1000, true, 1000]);
      expect(await listed(bucket, { ContinuationToken: page.NextContinuationToken })).toHaveLength(50);
    });
  });

  describe('multipart', () => {
    const create = async (Bucket: string, Key: string, more: object = {}): Promise<string> =>
      (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId ?? '';
    const part = (
      Bucket: string,
      Key: string,
      UploadId: string,
      PartNumber: number,
      Body: Buffer | string,
      more = {},
    ) => s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...more }));
    const complete = (Bucket: string, Key: string, UploadId: string, Parts: object[], more = {}) =>
      s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }));
    const one = Buffer.alloc(5 * MIB, '1');
    const two = Buffer.from('the last part may be short');
    const etagOfBoth = `"${md5(Buffer.from(md5(one), 'hex'), Buffer.from(md5(two), 'hex'))}-2"`;

    test('parts in any order become one object', async () => {
      const bucket = await subject.makeBucket('Enabled');
      const id = await create(bucket, 'k', { ContentType: 'text/csv', Metadata: { m: '1' } });
      const second = await part(bucket, 'k', id, 7, two);
      await part(bucket, 'k', id, 2, 'replaced');
      const first = await part(bucket, 'k', id, 2, one);
      const parts = await s3.send(new ListPartsCommand({ Bucket: bucket, Key: 'k', UploadId: id }));
      expect(parts.Parts?.map(({ PartNumber, Size, ETag }) => [PartNumber, Size, ETag])).toEqual([
        [2, one.length, first.ETag],
        [7, two.length, second.ETag],
      ]);
      const page = await s3.send(new ListPartsCommand({ Bucket: bucket, Key: 'k', UploadId: id, MaxParts: 1 }));
      expect([page.IsTruncated, page.NextPartNumberMarker]).toEqual([true, '2']);
      expect(await listed(bucket)).toEqual([]);

      const chosen = [
        { PartNumber: 2, ETag: first.ETag },
        { PartNumber: 7, ETag: second.ETag },
      ];
      const done = await complete(bucket, 'k', id, chosen);
      expect(done.ETag).toBe(etagOfBoth);
      const read = await get(bucket, 'k');
      expect(read).toMatchObject({ ETag: etagOfBoth, ContentType: 'text/csv', Metadata: { m: '1' } });
      const body = Buffer.from((await read.Body?.transformToByteArray()) ?? []);
      expect(body.equals(Buffer.concat([one, two]))).toBe(true);
      expect(await text(bucket, 'k', { Range: `bytes=${one.length - 2}-${one.length + 2}` })).toBe('11the');
      expect((await complete(bucket, 'k', id, chosen)).VersionId).toBe(done.VersionId);
      expect(await failure(part(bucket, 'k', id, 1, 'late'))).toEqual(['NoSuchUpload', 404]);
    });

    test('wrong completions are refused and leave the upload open', async () => {
      const bucket = await subject.makeBucket('none');
      const id = await create(bucket, 'k');
      const a = await part(bucket, 'k', id, 1, 'small');
      const b = await part(bucket, 'k', id, 2, 'small too');
      const A = { PartNumber: 1, ETag: a.ETag };
      const B = { PartNumber: 2, ETag: b.ETag };
      expect(await failure(complete(bucket, 'k', id, [A, B]))).toEqual(['EntityTooSmall', 400]);
      expect(await failure(complete(bucket, 'k', id, [B, A]))).toEqual(['InvalidPartOrder', 400]);
      expect(await failure(complete(bucket, 'k', id, [{ ...A, ETag: '"x"' }]))).toEqual(['InvalidPart', 400]);
      expect(await failure(complete(bucket, 'k', id, [{ ...A, PartNumber: 3 }]))).toEqual(['InvalidPart', 400]);
      expect(await failure(complete(bucket, 'k', 'none', [A]))).toEqual(['NoSuchUpload', 404]);
      expect(await failure(complete(bucket, 'k', id, []))).toEqual(['MalformedXML', 400]);
      expect((await failure(part(bucket, 'k', id, 0, 'x')))[1]).toBe(400);
      await complete(bucket, 'k', id, [A]);
      expect(await text(bucket, 'k')).toBe('small');
    });

    test('completes under a condition, and can be aborted', async () => {
      const bucket = await subject.makeBucket('none');
      const id = await create(bucket, 'k');
      const { ETag } = await part(bucket, 'k', id, 1, 'new');
      await put(bucket, 'k', 'there');
      expect(await failure(complete(bucket, 'k', id, [{ PartNumber: 1, ETag }], { IfNoneMatch: '*' }))).toEqual([
        'PreconditionFailed',
        412,
      ]);
      const uploads = () => s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      expect((await uploads()).Uploads?.map(({ Key, UploadId }) => [Key, UploadId])).toEqual([['k', id]]);
      await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: 'k', UploadId: id }));
      expect((await uploads()).Uploads).toBeUndefined();
      expect(await failure(complete(bucket, 'k', id, [{ PartNumber: 1, ETag }]))).toEqual(['NoSuchUpload', 404]);
    });

    test('parts copied from an object', async () => {
      const bucket = await subject.makeBucket('none');
      await put(bucket, 'from', Buffer.concat([one, two]));
      const id = await create(bucket, 'k');
      const partCopy = async (PartNumber: number, CopySourceRange: string) => ({
        PartNumber,
        ETag: (
          await s3.send(
            new UploadPartCopyCommand({
              Bucket: bucket,
              Key: 'k',
              UploadId: id,
              PartNumber,
              CopySource: `${bucket}/from`,
              CopySourceRange,
            }),
          )
        ).CopyPartResult?.ETag,
      });
      const first = await partCopy(1, `bytes=0-${one.length - 1}`);
      const second = await partCopy(2, `bytes=${one.length}-${one.length + two.length - 1}`);
      expect(await failure(partCopy(3, `bytes=0-${one.length + two.length}`))).toEqual(['InvalidArgument', 400]);
      expect((await complete(bucket, 'k', id, [first, second])).ETag).toBe(etagOfBoth);
      const copied = await copy(bucket, 'whole', `${bucket}/k`);
      expect(copied.CopyObjectResult?.ETag).toBe(`"${md5(one, two)}"`);
      await remove(bucket, 'k');
      const body = Buffer.from((await (await get(bucket, 'whole')).Body?.transformToByteArray()) ?? []);
      expect(body.equals(Buffer.concat([one, two]))).toBe(true);
    });

    test.each([
      ['CRC32', 'FULL_OBJECT', (): string => crc32Base64(Buffer.concat([one, two]))],
      [
        'CRC32',
        'COMPOSITE',
        (): string =>
          `${crc32Base64(Buffer.concat([one, two].map((bytes) => Buffer.from(crc32Base64(bytes), 'base64'))))}-2`,
      ],
    ] as const)('the %s checksum, %s', async (ChecksumAlgorithm, ChecksumType, expected) => {
      const bucket = await subject.makeBucket('none');
      const id = await create(bucket, 'k', { ChecksumAlgorithm, ChecksumType });
      const first = await part(bucket, 'k', id, 1, one, { ChecksumAlgorithm });
      const second = await part(bucket, 'k', id, 2, two, { ChecksumAlgorithm });
      const parts = [first, second].map(({ ETag, ChecksumCRC32 }, index) => ({
        PartNumber: index + 1,
        ETag,
        ChecksumCRC32,
      }));
      expect(
        await failure(complete(bucket, 'k', id, [{ ...parts[0], ChecksumCRC32: 'AAAAAA==' }, { ...parts[1] }])),
      ).toEqual(['InvalidPart', 400]);
      const done = await complete(bucket, 'k', id, parts);
      expect(done).toMatchObject({ ChecksumCRC32: expected(), ChecksumType });
      const read = await get(bucket, 'k', { ChecksumMode: 'ENABLED' });
      expect(read.ChecksumCRC32).toBe(expected());
      expect((await read.Body?.transformToByteArray())?.length).toBe(one.length + two.length);
      // Its copy is of one piece, and so is that one's checksum.
      const { CopyObjectResult } = await copy(bucket, 'copy', `${bucket}/k`);
      const whole = { ChecksumCRC32: crc32Base64(Buffer.concat([one, two])), ChecksumType: 'FULL_OBJECT' };
      expect(CopyObjectResult).toMatchObject(whole);
    });

    test('of several uploads of a key the one begun last is current', async () => {
      const bucket = await subject.makeBucket('Enabled');
      const early = await create(bucket, 'k');
      const late = await create(bucket, 'k');
      const finish = async (id: string, body: string) =>
        complete(bucket, 'k', id, [{ PartNumber: 1, ETag: (await part(bucket, 'k', id, 1, body)).ETag }]);
      await finish(late, 'late');
      await finish(early, 'early');
      expect(await text(bucket, 'k')).toBe('late');
      expect((await versions(bucket)).Versions).toHaveLength(2);
    });
  });
};
