import { Buffer } from 'node:buffer';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** Bytes that can be read from anywhere: a file on disk. */
export interface UploadSource {
  size: number;
  /** Fills all of `into` with the bytes from `start` on; throws when there are fewer. */
  read(into: Uint8Array, start: number): Promise<void>;
}

/** S3 takes 1 to 10,000 parts of 5 MB to 5 GB, the last may be smaller (S3 user guide, "Multipart upload limits"). */
const MOST_PARTS = 10_000;
const MB = 1024 ** 2;

export interface UploadSizes {
  /** Up to this many bytes go in one call. */
  oneCall: number;
  /** Of a part, while 10,000 of them suffice. */
  part: number;
  /** Parts on their way at a time. They and no more are in memory. */
  atOnce: number;
}

const uploadSizes: Readonly<UploadSizes> = { oneCall: 64 * MB, part: 16 * MB, atOnce: 3 };

/**
 * Node has it in native code. S3's own choice for parts, CRC64NVME, the SDK computes in JavaScript, again whenever the whole
 * object is read: for a feed that costs a third of what judging it does.
 */
const checksum = { ChecksumAlgorithm: 'CRC32' } as const;

/** Where the parts of so many bytes begin and end: of the wanted size, or as large as it takes to need no more than 10,000. */
export const partsOf = (size: number, wanted: number): { start: number; length: number }[] => {
  const bytes = Math.max(wanted, Math.ceil(size / MOST_PARTS));
  return Array.from({ length: Math.ceil(size / bytes) }, (_, n) => ({
    start: n * bytes,
    length: Math.min(bytes, size - n * bytes),
  }));
};

/**
 * Does `work` for each, so many at a time, each time with one of so many buffers. Starts nothing more once something
 * failed, and throws that when all that was begun has ended.
 */
const eachWithBuffer = async <A>(
  all: readonly A[],
  atOnce: number,
  bytes: number,
  work: (one: A, place: number, buffer: Buffer) => Promise<void>,
): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    const buffer = Buffer.allocUnsafeSlow(bytes);
    while (next < all.length) {
      const place = next++;
      try {
        await work(all[place]!, place, buffer);
      } catch (error) {
        next = all.length;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnce, all.length) }, worker));
  const failed = ended.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
};

/** Writes an object of any size in memory that does not grow with it, over what is there. */
export const s3Upload =
  (Bucket: string, s3: Pick<S3Client, 'send'>, { oneCall, part: wanted, atOnce }: UploadSizes = uploadSizes) =>
  async (
    Key: string,
    { size, read }: UploadSource,
    ContentType: string,
    Metadata: Record<string, string> = {},
  ): Promise<void> => {
    if (size <= oneCall) {
      const Body = Buffer.allocUnsafeSlow(size);
      await read(Body, 0);
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, Metadata }));
      return;
    }
    const parts = partsOf(size, wanted);
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ContentType, Metadata, ...checksum }),
    );
    try {
      const Parts: CompletedPart[] = [];
      await eachWithBuffer(parts, atOnce, parts[0]!.length, async ({ start, length }, place, buffer) => {
        const Body = buffer.subarray(0, length);
        await read(Body, start);
        const PartNumber = place + 1;
        const part = { Bucket, Key, UploadId, PartNumber, Body, ...checksum };
        const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand(part));
        Parts[place] = { PartNumber, ETag, ChecksumCRC32 };
      });
      await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
    } catch (error) {
      // What is left when this fails, too, the bucket's lifecycle removes; what went wrong first is what people must know.
      await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => {});
      throw error;
    }
  };
