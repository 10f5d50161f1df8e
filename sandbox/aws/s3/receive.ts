import { createHash } from 'node:crypto';
import { decodeAwsChunked } from './aws-chunked.ts';
import type { Segment } from './bodies.ts';
import { type Call, header } from './call.ts';
import { ALGORITHMS, type Algorithm, algorithmNamed, checksumHeader, isChecksumValue, newDigest } from './checksum.ts';
import { malformedXml, S3Error } from './errors.ts';
import { parseXml, type XmlNode } from './xml.ts';

/** What was read of bytes as they passed. */
export interface Passed {
  readonly size: number;
  /** Hexadecimal. */
  readonly md5: string;
  readonly checksums: Partial<Record<Algorithm, string>>;
}

export interface Measured extends Passed {
  readonly segments: readonly Segment[];
}

export interface Received extends Measured {
  /** The algorithm whose checksum the caller sent, and which was found right. */
  readonly sent: Algorithm | undefined;
}

/** Passes bytes on and measures them; `result` is valid once the source has ended. */
export const measuring = (
  source: AsyncIterable<Buffer>,
  algorithms: readonly Algorithm[],
): { bytes: AsyncGenerator<Buffer>; result: () => Passed } => {
  const md5 = createHash('md5');
  const digests = [...new Set(algorithms)].map((algorithm) => ({ algorithm, digest: newDigest(algorithm) }));
  let size = 0;
  const bytes = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      size += chunk.length;
      md5.update(chunk);
      for (const { digest } of digests) digest.update(chunk);
      yield chunk;
    }
  };
  return {
    bytes: bytes(),
    result: () => ({
      size,
      md5: md5.digest('hex'),
      checksums: Object.fromEntries(digests.map(({ algorithm, digest }) => [algorithm, digest.base64()])),
    }),
  };
};

/** One put or one part: at most 5 GB (S3 user guide, "Multipart upload limits"). */
const MAX_BODY_BYTES = 5 * 1024 ** 3;

interface Announced {
  readonly algorithm: Algorithm | undefined;
  /** Undefined when it trails. */
  readonly value: string | undefined;
  readonly md5: string | undefined;
  /** Of the payload, without chunk framing. */
  readonly length: number | undefined;
  readonly chunked: boolean;
}

const badValue = (algorithm: Algorithm): S3Error =>
  new S3Error('InvalidRequest', `Value for ${checksumHeader(algorithm)} header is invalid.`);

/** What the headers promise about the body. Throws InvalidRequest and InvalidDigest for promises that cannot be kept. */
const announcedIn = (call: Call): Announced => {
  const sent = ALGORITHMS.filter((algorithm) => header(call, checksumHeader(algorithm)) !== undefined);
  const trailer = header(call, 'x-amz-trailer')?.trim().toLowerCase();
  const trailing = ALGORITHMS.filter((algorithm) => checksumHeader(algorithm) === trailer);
  if (sent.length + trailing.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  if (trailer !== undefined && trailing.length === 0) {
    throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported');
  }
  const algorithm = sent[0] ?? trailing[0];
  const named = header(call, 'x-amz-sdk-checksum-algorithm');
  if (named !== undefined && algorithm !== algorithmNamed(named)) {
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  const value = sent[0] && header(call, checksumHeader(sent[0]));
  if (algorithm && value !== undefined && !isChecksumValue(algorithm, value)) throw badValue(algorithm);

  const md5 = header(call, 'content-md5');
  if (md5 !== undefined && Buffer.from(md5, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid.', { 'Content-MD5': md5 });
  }
  const chunked =
    (header(call, 'x-amz-content-sha256') ?? '').startsWith('STREAMING-') ||
    (header(call, 'content-encoding') ?? '').split(',').some((coding) => coding.trim() === 'aws-chunked');
  const length = header(call, chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (length !== undefined && Number(length) > MAX_BODY_BYTES) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: length,
      MaxSizeAllowed: String(MAX_BODY_BYTES),
    });
  }
  return { algorithm, value, md5, length: length === undefined ? undefined : Number(length), chunked };
};

/** A body that is given up half-way must not take the connection with it, for the answer has yet to be sent. */
const payloadOf = (call: Call, announced: Announced, trailers: Map<string, string>): AsyncIterable<Buffer> => {
  const raw = call.request.iterator({ destroyOnReturn: false });
  return announced.chunked ? decodeAwsChunked(raw, trailers) : raw;
};

const verify = (announced: Announced, trailers: ReadonlyMap<string, string>, passed: Passed): void => {
  if (announced.length !== undefined && announced.length !== passed.size) {
    throw new S3Error(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  }
  if (announced.md5 !== undefined && Buffer.from(announced.md5, 'base64').toString('hex') !== passed.md5) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
      ExpectedDigest: announced.md5,
      CalculatedDigest: Buffer.from(passed.md5, 'hex').toString('base64'),
    });
  }
  const { algorithm } = announced;
  if (!algorithm) return;
  const value = announced.value ?? trailers.get(checksumHeader(algorithm));
  if (value === undefined || !isChecksumValue(algorithm, value)) throw badValue(algorithm);
  if (value !== passed.checksums[algorithm]) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
};

/**
 * Writes the request's body to disk, held once by the caller. `algorithms` are computed besides the one the caller
 * sent; `otherwise` when it sent none. Throws BadDigest, IncompleteBody and InvalidRequest; then nothing remains.
 */
export const receiveBody = async (
  call: Call,
  algorithms: readonly Algorithm[],
  otherwise?: Algorithm,
): Promise<Received> => {
  const announced = announcedIn(call);
  const first = announced.algorithm ?? otherwise;
  const trailers = new Map<string, string>();
  const source = payloadOf(call, announced, trailers);
  const { bytes, result } = measuring(source, first ? [first, ...algorithms] : algorithms);
  const { bodies } = call.core.store;
  const segments = await bodies.write(bytes);
  const passed = result();
  try {
    verify(announced, trailers, passed);
  } catch (error) {
    bodies.release(segments);
    throw error;
  }
  return { ...passed, segments, sent: announced.algorithm };
};

/** CompleteMultipartUpload with 10,000 parts and their checksums stays below. */
const MAX_XML_BYTES = 8 * 1024 ** 2;

/** The request's body as XML with the given root; undefined when it is empty. Throws MalformedXML, BadDigest. */
export const receiveXml = async (call: Call, root: string): Promise<XmlNode | undefined> => {
  const announced = announcedIn(call);
  const trailers = new Map<string, string>();
  const source = payloadOf(call, announced, trailers);
  const { bytes, result } = measuring(source, announced.algorithm ? [announced.algorithm] : []);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_XML_BYTES) throw malformedXml();
    chunks.push(chunk);
  }
  verify(announced, trailers, result());
  if (size === 0) return undefined;
  const node = parseXml(
    Buffer.concat(chunks)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
  );
  if (node.name !== root) throw malformedXml();
  return node;
};
