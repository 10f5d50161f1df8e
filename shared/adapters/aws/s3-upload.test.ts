import type { S3Client } from '@aws-sdk/client-s3';
import { partsOf, s3Upload } from './s3-upload.ts';

const MB = 1024 ** 2;
const GB = 1024 ** 3;

describe('the parts of an upload', () => {
  test.each([
    ['cover what does not divide evenly, the last one smaller', 40 * MB + 1, [16 * MB, 16 * MB, 8 * MB + 1]],
    ['cover what does', 32 * MB, [16 * MB, 16 * MB]],
    ['are one of a small object', 1, [1]],
  ])('%s', (_what, size, lengths) => {
    const parts = partsOf(size, 16 * MB);
    expect(parts.map(({ length }) => length)).toEqual(lengths);
    expect(parts.map(({ start }) => start)).toEqual(lengths.map((_, n) => n * 16 * MB));
  });

  test.each([
    ['fit exactly', 10_000 * 16 * MB],
    ['would be one too many', 10_000 * 16 * MB + 1],
    ['would be far too many', 5_000 * GB],
  ])('are never more than 10,000 when they %s', (_what, size) => {
    const parts = partsOf(size, 16 * MB);
    expect(parts.length).toBeLessThanOrEqual(10_000);
    expect(parts.reduce((sum, { length }) => sum + length, 0)).toBe(size);
    expect(parts.at(-1)!.start + parts.at(-1)!.length).toBe(size);
  });
});

/**
 * What S3 was asked, bodies once they have come; `refuse` says which part it does not take. Answers a moment later, as a
 * network does.
 */
const fakeS3 = (refuse: (part: number) => boolean = () => false) => {
  const asked: string[] = [];
  const seen = { onTheirWay: 0, most: 0 };
  const send = async (command: object) => {
    const { PartNumber, Body } = (command as { input: { PartNumber?: number; Body?: Uint8Array } }).input;
    const call = [command.constructor.name.replace(/Command$/, ''), PartNumber ?? []].flat().join(' ');
    seen.most = Math.max(seen.most, ++seen.onTheirWay);
    if (Body === undefined) asked.push(call);
    await new Promise((resolve) => setTimeout(resolve, refuse(PartNumber ?? 0) ? 5 : 20));
    seen.onTheirWay--;
    if (refuse(PartNumber ?? 0)) throw new Error('SlowDown');
    if (Body !== undefined) asked.push(`${call}: ${Buffer.from(Body).toString()}`);
    return { UploadId: 'upload', ETag: `"${PartNumber}"` };
  };
  return { asked, seen, s3: { send: send as unknown as S3Client['send'] } };
};
const sourceOf = (text: string) => ({
  size: text.length,
  read: async (into: Uint8Array, start: number) =>
    void into.set(Buffer.from(text).subarray(start, start + into.length)),
});
const sizes = { oneCall: 4, part: 3, atOnce: 2 };

describe('an upload', () => {
  test.each([
    ['of no bytes is one call', '', ['PutObject: ']],
    ['of few bytes is one call', 'abcd', ['PutObject: abcd']],
    [
      'of many goes in parts',
      'abcdefgh',
      [
        'CreateMultipartUpload',
        'UploadPart 1: abc',
        'UploadPart 2: def',
        'UploadPart 3: gh',
        'CompleteMultipartUpload',
      ],
    ],
  ])('%s', async (_what, text, calls) => {
    const { s3, asked } = fakeS3();
    await s3Upload('bucket', s3, sizes)('data/a.csv', sourceOf(text), 'text/csv');
    expect(asked).toEqual(calls);
  });

  test('has no more parts on their way than it may', async () => {
    const { s3, seen } = fakeS3();
    await s3Upload('bucket', s3, sizes)('data/a.csv', sourceOf('x'.repeat(30)), 'text/csv');
    expect(seen.most).toBe(2);
  });

  test('that fails sends nothing more, and is given up only when nothing of it is on its way', async () => {
    const { s3, asked } = fakeS3((part) => part === 2);
    const upload = s3Upload('bucket', s3, sizes)('data/a.csv', sourceOf('abcdefghijkl'), 'text/csv');
    await expect(upload).rejects.toThrow('SlowDown');
    expect(asked).toEqual(['CreateMultipartUpload', 'UploadPart 1: abc', 'AbortMultipartUpload']);
  });

  test('of a file that became shorter says so', async () => {
    const { s3, asked } = fakeS3();
    const source = { ...sourceOf('x'.repeat(9)), read: () => Promise.reject(new Error('it became shorter')) };
    await expect(s3Upload('bucket', s3, sizes)('data/a.csv', source, 'text/csv')).rejects.toThrow('shorter');
    expect(asked).toEqual(['CreateMultipartUpload', 'AbortMultipartUpload']);
  });
});
