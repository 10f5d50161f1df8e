import { createHash } from 'node:crypto';
import { type CrcAlgorithm, combineCrc, newCrc } from './crc.ts';
import { S3Error } from './errors.ts';

/** Lengths of the raw values in bytes, for the five checksum algorithms of the S3 user guide's "Checking object integrity". */
const LENGTH = { CRC32: 4, CRC32C: 4, CRC64NVME: 8, SHA1: 20, SHA256: 32 } as const;

export type Algorithm = keyof typeof LENGTH;
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly algorithm: Algorithm;
  /** Base64; composite ones end with `-` and the number of parts. */
  readonly value: string;
  readonly type: ChecksumType;
}

export const ALGORITHMS = Object.keys(LENGTH) as readonly Algorithm[];

export const checksumHeader = (algorithm: Algorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;
/** The element's name in XML, for example ChecksumCRC32. */
export const checksumElement = (algorithm: Algorithm): string => `Checksum${algorithm}`;

/** Throws InvalidRequest for an algorithm that is none of the five. */
export const algorithmNamed = (name: string): Algorithm => {
  const found = ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
  if (!found) {
    throw new S3Error(
      'InvalidRequest',
      `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${ALGORITHMS.join(', ')}]`,
    );
  }
  return found;
};

export const isChecksumValue = (algorithm: Algorithm, value: string): boolean => {
  const raw = Buffer.from(value, 'base64');
  return raw.length === LENGTH[algorithm] && raw.toString('base64') === value;
};

const isCrc = (algorithm: Algorithm): algorithm is CrcAlgorithm => algorithm.startsWith('CRC');

export interface Digest {
  update(bytes: Uint8Array): void;
  base64(): string;
}

export const newDigest = (algorithm: Algorithm): Digest => {
  if (isCrc(algorithm)) {
    const crc = newCrc(algorithm);
    return { update: (bytes) => crc.update(bytes), base64: () => crc.value().toString('base64') };
  }
  const hash = createHash(algorithm.toLowerCase());
  return { update: (bytes) => void hash.update(bytes), base64: () => hash.digest('base64') };
};

/**
 * The type of a multipart upload's checksum: as asked for, or the algorithm's default. SHA ones are only composite,
 * CRC64NVME only of the full object. Throws InvalidRequest for other pairs.
 */
export const multipartChecksumType = (algorithm: Algorithm, asked: string | undefined): ChecksumType => {
  const type = asked ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  if (type === 'FULL_OBJECT' && isCrc(algorithm)) return type;
  if (type === 'COMPOSITE' && algorithm !== 'CRC64NVME') return type;
  throw new S3Error(
    'InvalidRequest',
    `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
  );
};

/** The whole object's checksum from its parts'. */
export const multipartChecksum = (
  algorithm: Algorithm,
  type: ChecksumType,
  parts: readonly { value: string; size: number }[],
): Checksum => {
  const raw = parts.map((part) => ({ value: Buffer.from(part.value, 'base64'), size: part.size }));
  if (type === 'FULL_OBJECT' && isCrc(algorithm)) {
    return { algorithm, type, value: combineCrc(algorithm, raw).toString('base64') };
  }
  const digest = newDigest(algorithm);
  for (const part of raw) digest.update(part.value);
  return { algorithm, type: 'COMPOSITE', value: `${digest.base64()}-${parts.length}` };
};
