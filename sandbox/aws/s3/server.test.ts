import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type SandboxClock, sandboxClock } from '../../clock.ts';
import type { S3Event, S3Options } from './options.ts';
import { type S3Server, startS3 } from './server.ts';

const DAY_MS = 24 * 3600 * 1000;

let dir: string;
let clock: SandboxClock;
let events: S3Event[];
let writes: number;
const open: { server: S3Server; s3: S3Client }[] = [];

const clientFor = (url: string): S3Client =>
  new S3Client({
    endpoint: url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });

const start = async (more: Partial<S3Options> = {}): Promise<{ server: S3Server; s3: S3Client }> => {
  const server = await startS3({
    dir,
    clock,
    region: 'eu-west-1',
    accountId: '123456789012',
    onEvent: (event) => events.push(event),
    beforeWrite: () => {
      writes += 1;
    },
    ...more,
  });
  const started = { server, s3: clientFor(server.url) };
  open.push(started);
  return started;
};

const stop = async ({ server, s3 }: { server: S3Server; s3: S3Client }): Promise<void> => {
  s3.destroy();
  await server.close();
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 's3-'));
  clock = sandboxClock();
  events = [];
  writes = 0;
});

afterEach(async () => {
  for (const started of open.splice(0)) await stop(started);
  clock.stop();
  await rm(dir, { recursive: true, force: true });
});

const bodyFiles = async (): Promise<string[]> => {
  const entries = await readdir(join(dir, 'bodies'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
};

const keysOf = async (s3: S3Client, Bucket: string): Promise<(string | undefined)[]> =>
  ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);

/** A request as the bytes say, without an SDK that would put it right. */
const raw = (
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number | undefined; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });

describe('chunked bodies', () => {
  const chunked = { 'content-encoding': 'aws-chunked,gzip', 'x-amz-decoded-content-length': '9' };

  test.each([
    [
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      {},
      '5;chunk-signature=aa\r\n12345\r\n4;chunk-signature=bb\r\n6789\r\n0;chunk-signature=cc\r\n\r\n',
    ],
    [
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      { 'x-amz-trailer': 'x-amz-checksum-crc32c' },
      '9;chunk-signature=aa\r\n123456789\r\n0;chunk-signature=bb\r\nx-amz-checksum-crc32c:4waSgw==\r\nx-amz-trailer-signature:cc\r\n\r\n',
    ],
    [
      'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      { 'x-amz-trailer': 'x-amz-checksum-crc64nvme' },
      '9\r\n123456789\r\n0\r\nx-amz-checksum-crc64nvme:rosUhgp5mIg=\r\n\r\n',
    ],
  ])('%s', async (kind, more, body) => {
    const { server, s3 } = await start();
    server.createBucket({ name: 'bucket' });
    const headers = { ...chunked, ...more, 'x-amz-content-sha256': kind };
    expect(await raw(`${server.url}/bucket/k`, 'PUT', headers, body)).toMatchObject({ status: 200 });
    const read = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }));
    expect(read.ContentEncoding).toBe('gzip');
    expect(await read.Body?.transformToString()).toBe('123456789');
  });

  test.each([
    ['a wrong trailer', '9\r\n123456789\r\n0\r\nx-amz-checksum-crc32c:AAAAAA==\r\n\r\n', 'BadDigest'],
    ['no trailer', '9\r\n123456789\r\n0\r\n\r\n', 'InvalidRequest'],
    ['no last chunk', '9\r\n123456789\r\n', 'IncompleteBody'],
    ['too few bytes', '8\r\n12345678\r\n0\r\nx-amz-checksum-crc32c:AAAAAA==\r\n\r\n', 'IncompleteBody'],
    ['no chunks at all', '123456789 and on', 'IncompleteBody'],
    ['no chunks in a body longer than is read', 'x'.repeat(4_000_000), 'IncompleteBody'],
  ])('%s stores nothing', async (_name, body, code) => {
    const { server, s3 } = await start();
    server.createBucket({ name: 'bucket' });
    const headers = {
      ...chunked,
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-trailer': 'x-amz-checksum-crc32c',
    };
    const answer = await raw(`${server.url}/bucket/k`, 'PUT', headers, body);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(`<Code>${code}</Code>`);
    expect(await keysOf(s3, 'bucket')).toEqual([]);
    // The answer does not wait for the file's removal.
    await stop({ server, s3 });
    expect(await bodyFiles()).toEqual([]);
    expect(writes).toBe(0);
  });
});

test('a presigned URL is an ordinary request', async () => {
  const { server } = await start();
  server.createBucket({ name: 'bucket' });
  const query =
    '?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260101%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Signature=00&x-id=PutObject';
  expect(await raw(`${server.url}/bucket/k${query}`, 'PUT', {}, 'body')).toMatchObject({ status: 200 });
  const answer = await raw(`${server.url}/bucket/k${query}&response-content-type=text/plain`, 'GET', {}, '');
  expect(answer).toEqual({ status: 200, text: 'body' });
});

test('an upload that breaks off leaves nothing', async () => {
  const { server, s3 } = await start();
  server.createBucket({ name: 'bucket' });
  const sent = request(`${server.url}/bucket/k`, {
    method: 'PUT',
    headers: { 'content-length': '1000000' },
    agent: false,
  });
  const failed = once(sent, 'error');
  sent.write(Buffer.alloc(600_000));
  while ((await bodyFiles()).length === 0) await new Promise((resolve) => setImmediate(resolve));
  sent.destroy(new Error('gone'));
  await failed;
  await stop({ server, s3 });
  expect(await bodyFiles()).toEqual([]);
  const again = await start();
  expect(await keysOf(again.s3, 'bucket')).toEqual([]);
});

describe('events', () => {
  test('come twice and late where that is asked for, and all by the end', async () => {
    const started = await start({ events: { duplicate: 1, reorder: 1, seed: 1 } });
    started.server.createBucket({ name: 'bucket', eventBridge: true });
    const put = (Key: string) => started.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'body' }));
    await put('one');
    expect(events).toEqual([]);
    clock.advance(2000);
    expect(events).toHaveLength(2);
    expect(events[1]).toEqual(events[0]);
    await put('two');
    expect(events).toHaveLength(2);
    await stop(started);
    expect(events.map(({ detail }) => (detail as { object: { key: string } }).object.key)).toEqual([
      'one',
      'one',
      'two',
      'two',
    ]);
  });

  test('tell of what was made and removed, in buckets that want them', async () => {
    const { server, s3 } = await start();
    server.createBucket({ name: 'silent' });
    server.createBucket({ name: 'bucket', versioning: 'Enabled', eventBridge: true });
    await s3.send(new PutObjectCommand({ Bucket: 'silent', Key: 'k', Body: 'body' }));
    const { VersionId } = await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'body' }));
    const marker = await s3.send(new DeleteObjectCommand({ Bucket: 'bucket', Key: 'k' }));
    await s3.send(new DeleteObjectCommand({ Bucket: 'bucket', Key: 'k', VersionId }));
    const common = {
      version: '0',
      bucket: { name: 'bucket' },
      'request-id': expect.any(String),
      requester: '123456789012',
      'source-ip-address': '127.0.0.1',
    };
    const sequencer = expect.stringMatching(/^[0-9A-F]{18}$/);
    const etag = '841a2d689ad86bd1611447453c22c6fc';
    expect(events).toEqual([
      {
        detailType: 'Object Created',
        bucket: 'bucket',
        at: expect.any(Number),
        detail: {
          ...common,
          object: { key: 'k', size: 4, etag, 'version-id': VersionId, sequencer },
          reason: 'PutObject',
        },
      },
      {
        detailType: 'Object Deleted',
        bucket: 'bucket',
        at: expect.any(Number),
        detail: {
          ...common,
          object: { key: 'k', 'version-id': marker.VersionId, sequencer },
          reason: 'DeleteObject',
          'deletion-type': 'Delete Marker Created',
        },
      },
      {
        detailType: 'Object Deleted',
        bucket: 'bucket',
        at: expect.any(Number),
        detail: {
          ...common,
          object: { key: 'k', etag, 'version-id': VersionId, sequencer },
          reason: 'DeleteObject',
          'deletion-type': 'Permanently Deleted',
        },
      },
    ]);
    const sequencers = events.map(({ detail }) => (detail as { object: { sequencer: string } }).object.sequencer);
    expect(sequencers).toEqual([...new Set(sequencers)].toSorted());
  });
});

test('each applied write is announced once, a refused one and a read never', async () => {
  const { server, s3 } = await start();
  server.createBucket({ name: 'bucket' });
  await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'body', IfNoneMatch: '*' }));
  expect(writes).toBe(1);
  const lost = s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'body', IfNoneMatch: '*' }));
  await expect(lost).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' }));
  expect(writes).toBe(1);
});

describe('a restart on the same folder', () => {
  test('continues with objects, versions, settings and open uploads, and keeps no file nobody needs', async () => {
    const first = await start();
    first.server.createBucket({ name: 'bucket', versioning: 'Enabled', eventBridge: true });
    const put = (Body: string) =>
      first.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'ü/k', Body, Metadata: { a: 'b' } }));
    const one = await put('one');
    const two = await put('two');
    const gone = await put('gone');
    await first.s3.send(new DeleteObjectCommand({ Bucket: 'bucket', Key: 'ü/k', VersionId: gone.VersionId }));
    const { UploadId } = await first.s3.send(new CreateMultipartUploadCommand({ Bucket: 'bucket', Key: 'm' }));
    const part = { Bucket: 'bucket', Key: 'm', UploadId, PartNumber: 1 };
    await first.s3.send(new UploadPartCommand({ ...part, Body: 'replaced' }));
    const { ETag } = await first.s3.send(new UploadPartCommand({ ...part, Body: 'part' }));
    await stop(first);
    const [folder = ''] = await readdir(join(dir, 'bodies'));
    await writeFile(join(dir, 'bodies', folder, `${folder}-never-committed`), 'x');

    const { s3 } = await start();
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: 'bucket' }));
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([two.VersionId, one.VersionId]);
    const read = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'ü/k', VersionId: one.VersionId }));
    expect(await read.Body?.transformToString()).toBe('one');
    expect(read.Metadata).toEqual({ a: 'b' });
    expect(await bodyFiles()).toHaveLength(3);
    await s3.send(
      new CompleteMultipartUploadCommand({
        Bucket: 'bucket',
        Key: 'm',
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );
    expect(events.at(-1)).toMatchObject({ detail: { reason: 'CompleteMultipartUpload', object: { size: 4 } } });
  });

  test('drops a last journal line that was cut short, and goes on after it', async () => {
    const first = await start();
    first.server.createBucket({ name: 'bucket' });
    await first.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'kept', Body: 'x' }));
    await stop(first);
    const journal = join(dir, 'journal.jsonl');
    const whole = await readFile(journal, 'utf8');
    const lastLine = whole.trimEnd().split('\n').at(-1) ?? '';
    await writeFile(journal, whole + lastLine.slice(0, -5));
    const second = await start();
    await second.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'more', Body: 'x' }));
    await stop(second);
    const { s3 } = await start();
    expect(await keysOf(s3, 'bucket')).toEqual(['kept', 'more']);
  });

  test('after a kill in the middle of writing every object is whole and all that was answered is there', async () => {
    const program = `
      import { startS3 } from ${JSON.stringify(join(__dirname, 'server.ts'))};
      import { sandboxClock } from ${JSON.stringify(join(__dirname, '../../clock.ts'))};
      const server = await startS3({ dir: ${JSON.stringify(dir)}, clock: sandboxClock(), region: 'eu-west-1',
        accountId: '123456789012', onEvent: () => undefined, beforeWrite: () => undefined });
      server.createBucket({ name: 'bucket', versioning: 'Enabled' });
      console.log(server.url);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const s3 = clientFor(line.toString().trim());
    const answered = new Set<string>();
    let dead = false;
    const writer = async (name: number): Promise<void> => {
      for (let n = 0; !dead; n++) {
        const Key = `${name}/${n}`;
        try {
          await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: Key.padEnd(100_000, '.') }));
        } catch {
          return;
        }
        answered.add(Key);
        if (answered.size === 60) {
          dead = true;
          child.kill('SIGKILL');
        }
      }
    };
    await Promise.all(Array.from({ length: 6 }, (_, name) => writer(name)));
    await exited;
    s3.destroy();

    const again = await start();
    const keys = await keysOf(again.s3, 'bucket');
    expect(keys).toEqual(expect.arrayContaining([...answered]));
    for (const Key of keys) {
      const read = await again.s3.send(new GetObjectCommand({ Bucket: 'bucket', Key }));
      expect(await read.Body?.transformToString()).toBe(Key?.padEnd(100_000, '.'));
    }
    expect(await bodyFiles()).toHaveLength(keys.length);
  });
});

describe('lifecycle, on the clock', () => {
  test('expires current versions, then noncurrent ones, then the lone delete marker', async () => {
    const { server, s3 } = await start();
    server.createBucket({
      name: 'bucket',
      versioning: 'Enabled',
      eventBridge: true,
      lifecycle: [
        {
          Status: 'Enabled',
          Prefix: 'work/',
          ExpirationInDays: 2,
          NoncurrentVersionExpiration: { NoncurrentDays: 3 },
        },
        { Status: 'Disabled', ExpirationInDays: 1 },
        { Status: 'Enabled', ExpiredObjectDeleteMarker: true },
      ],
    });
    for (const Key of ['work/a', 'kept']) await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'x' }));
    const state = async (): Promise<[versions: number, markers: number]> => {
      const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: 'bucket', Prefix: 'work/' }));
      return [listed.Versions?.length ?? 0, listed.DeleteMarkers?.length ?? 0];
    };
    clock.advance(DAY_MS);
    expect(await state()).toEqual([1, 0]);
    clock.advance(2 * DAY_MS);
    expect(await state()).toEqual([1, 1]);
    expect(events.at(-1)).toMatchObject({
      detailType: 'Object Deleted',
      detail: { reason: 'Lifecycle Expiration', 'deletion-type': 'Delete Marker Created' },
    });
    clock.advance(4 * DAY_MS);
    server.runLifecycle();
    expect(await state()).toEqual([0, 0]);
    expect(await keysOf(s3, 'bucket')).toEqual(['kept']);
  });

  test('deletes outright without versioning, and aborts uploads left open', async () => {
    const { server, s3 } = await start();
    server.createBucket({
      name: 'bucket',
      lifecycle: [
        { Status: 'Enabled', ExpirationInDays: 1, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
      ],
    });
    await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: 'x' }));
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: 'bucket', Key: 'm' }));
    await s3.send(new UploadPartCommand({ Bucket: 'bucket', Key: 'm', UploadId, PartNumber: 1, Body: 'part' }));
    clock.advance(2 * DAY_MS);
    expect(await keysOf(s3, 'bucket')).toEqual([]);
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket: 'bucket' }))).Uploads).toBeUndefined();
    await stop({ server, s3 });
    expect(await bodyFiles()).toEqual([]);
  });
});
