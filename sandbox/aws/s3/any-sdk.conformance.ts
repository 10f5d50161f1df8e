import { deepEqual, equal } from 'node:assert/strict';
import { Readable } from 'node:stream';
import type * as ClientS3 from '@aws-sdk/client-s3';

/** What a program on some version of the SDK takes from it; names are those of all 3.x. */
export type AnySdk = Pick<
  typeof ClientS3,
  | 'S3Client'
  | 'CreateBucketCommand'
  | 'PutObjectCommand'
  | 'ListObjectsV2Command'
  | 'GetObjectCommand'
  | 'CopyObjectCommand'
  | 'DeleteObjectCommand'
  | 'DeleteObjectsCommand'
>;

const BUCKET = 'of-a-stranger';
const KEYS = { text: 'a folder/ä b.csv', stream: 'stream.csv', copy: 'copy.csv' };
const STREAM = ['id,title\n', 'sku-1,Cap\n'];

const textOf = async (body: unknown): Promise<string> => {
  const chunks: Buffer[] = [];
  // Streams of old versions lack transformToString.
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
};

/**
 * Puts, lists, reads, copies and deletes with a version of the SDK, told no more than where S3 is. Throws at the first
 * thing that is not as it should be. It needs no test runner, for a version that is not installed here.
 */
export const worksWithSdk = async (sdk: AnySdk, endpoint: string): Promise<void> => {
  const client = new sdk.S3Client({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'stranger', secretAccessKey: 'secret' },
  });
  const object = (Key: string) => ({ Bucket: BUCKET, Key });
  const read = async (Key: string) => client.send(new sdk.GetObjectCommand(object(Key)));
  const listed = async () => {
    const { Contents = [] } = await client.send(new sdk.ListObjectsV2Command({ Bucket: BUCKET }));
    return Contents.map(({ Key, Size }) => [Key, Size]);
  };
  try {
    await client.send(new sdk.CreateBucketCommand({ Bucket: BUCKET }));
    await client.send(
      new sdk.PutObjectCommand({
        ...object(KEYS.text),
        Body: 'Größe',
        ContentType: 'text/csv',
        Metadata: { by: 'me' },
      }),
    );
    const [Body, ContentLength] = [Readable.from(STREAM.map((part) => Buffer.from(part))), STREAM.join('').length];
    await client.send(new sdk.PutObjectCommand({ ...object(KEYS.stream), Body, ContentLength }));
    deepEqual(await listed(), [
      [KEYS.text, 7],
      [KEYS.stream, ContentLength],
    ]);

    const got = await read(KEYS.text);
    equal(await textOf(got.Body), 'Größe');
    deepEqual([got.ContentType, got.Metadata, got.ContentLength], ['text/csv', { by: 'me' }, 7]);
    equal(await textOf((await read(KEYS.stream)).Body), STREAM.join(''));

    await client.send(new sdk.CopyObjectCommand({ ...object(KEYS.copy), CopySource: `${BUCKET}/${KEYS.stream}` }));
    equal(await textOf((await read(KEYS.copy)).Body), STREAM.join(''));

    await client.send(new sdk.DeleteObjectCommand(object(KEYS.copy)));
    const Objects = [KEYS.text, KEYS.stream].map((Key) => ({ Key }));
    const { Deleted = [], Errors } = await client.send(
      new sdk.DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }),
    );
    deepEqual([Deleted.length, Errors], [2, undefined]);
    deepEqual(await listed(), []);
  } finally {
    client.destroy();
  }
};
