import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type SandboxClock, sandboxClock } from '../../clock.ts';
import { s3Conformance } from './s3.conformance.ts';
import { type S3Server, startS3 } from './server.ts';

let dir: string;
let clock: SandboxClock;
let server: S3Server;
let client: S3Client;
let count = 0;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 's3-'));
  clock = sandboxClock();
  server = await startS3({
    dir,
    clock,
    region: 'eu-west-1',
    accountId: '123456789012',
    onEvent: () => undefined,
    beforeWrite: () => undefined,
  });
  client = new S3Client({
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await server.close();
  clock.stop();
  await rm(dir, { recursive: true, force: true });
});

s3Conformance({
  client: () => client,
  region: 'eu-west-1',
  absentBucket: 'no-such-bucket',
  makeBucket: async (versioning) => {
    const Bucket = `bucket-${count++}`;
    await client.send(new CreateBucketCommand({ Bucket }));
    if (versioning === 'Enabled') {
      await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    }
    return Bucket;
  },
});

describe('the sandbox alone', () => {
  beforeAll(async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'alone' }));
  });

  test('refuses operations that it does not know, rather than answer something', async () => {
    await expect(client.send(new GetBucketAclCommand({ Bucket: 'alone' }))).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
  });

  test('takes a key that leads out of its folder as a name, like any other', async () => {
    const object = { Bucket: 'alone', Key: '../up/./here' };
    await client.send(new PutObjectCommand({ ...object, Body: 'body' }));
    const { Body } = await client.send(new GetObjectCommand(object));
    expect(await Body?.transformToString()).toBe('body');
  });
});
