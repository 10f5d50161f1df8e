import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { startS3 } from '@catalog-sync/sandbox/aws/s3/server.ts';
import { sandboxClock } from '@catalog-sync/sandbox/clock.ts';
import { s3Upload } from '@catalog-sync/shared/adapters/aws/s3-upload.ts';
import { withFile } from './file-source.ts';

const MB = 1024 ** 2;
const Bucket = 'landing';
const Key = 'data/a.csv';
/** S3 takes no smaller part but the last one. */
const sizes = { oneCall: 6 * MB, part: 5 * MB, atOnce: 2 };

/** Bytes of which no part is like another. */
const bytesOf = (length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(Math.imul(at, 0x9e3779b1) >>> 0, at);
  return bytes;
};

const withS3 = async (work: (s3: S3Client, path: string) => Promise<void>): Promise<void> => {
  const dir = await mkdtemp(join(tmpdir(), 'upload-'));
  const clock = sandboxClock();
  const region = 'eu-west-1';
  const server = await startS3({
    dir: join(dir, 's3'),
    clock,
    region,
    accountId: '123456789012',
    onEvent: () => {},
    beforeWrite: () => {},
  });
  const s3 = new S3Client({
    endpoint: server.url,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  });
  try {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await work(s3, join(dir, 'a.csv'));
  } finally {
    s3.destroy();
    await server.close();
    clock.stop();
    await rm(dir, { recursive: true, force: true });
  }
};
const land = (path: string, s3: S3Client): Promise<void> =>
  withFile(path, (source) => s3Upload(Bucket, s3, sizes)(Key, source, 'text/csv'));

describe('a file on disk becomes an object', () => {
  test.each([
    ['without a byte', 0, 1],
    ['in one call', 6 * MB, 1],
    ['in parts, the last one of a byte', 15 * MB + 1, 4],
  ])('%s', (_how, size, parts) =>
    withS3(async (s3, path) => {
      const bytes = bytesOf(size);
      await writeFile(path, bytes);
      await land(path, s3);
      const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      expect(Buffer.compare(Buffer.from(await Body!.transformToByteArray()), bytes)).toBe(0);
      expect(ContentType).toBe('text/csv');
      const { PartsCount } = await s3.send(new HeadObjectCommand({ Bucket, Key, PartNumber: 1 }));
      expect(PartsCount ?? 1).toBe(parts);
      const { ChecksumCRC32 } = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(ChecksumCRC32).toMatch(parts === 1 ? /^[^-]+$/ : new RegExp(`-${parts}$`));
    }),
  );

  test('or none, with nothing left behind, when it is cut off meanwhile', () =>
    withS3(async (s3, path) => {
      await writeFile(path, bytesOf(30 * MB));
      const cutOnce = async (...sent: unknown[]) => {
        await truncate(path, 12 * MB);
        return (s3.send as (...sent: unknown[]) => Promise<unknown>).apply(s3, sent);
      };
      const upload = s3Upload(Bucket, { send: cutOnce as unknown as S3Client['send'] }, sizes);
      await expect(withFile(path, (source) => upload(Key, source, 'text/csv'))).rejects.toThrow(
        `${path} became shorter while it was read`,
      );
      expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).toEqual([]);
      await expect(s3.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toThrow();
    }));
});
