import {
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { SandboxInfo } from '../../process/sandbox-info.ts';

/** A bucket as any owner of the account sees it. */
export interface Bucket {
  put(key: string, body: string | Uint8Array, metadata?: Record<string, string>): Promise<void>;
  /** Keys of the current versions, sorted. */
  keys(prefix?: string): Promise<string[]>;
  /** Versions and delete markers: what a bucket that keeps versions really holds. */
  versions(prefix: string): Promise<number>;
  text(key: string): Promise<string>;
  json<A>(key: string): Promise<A>;
}

export const s3Of = ({ s3, region }: Pick<SandboxInfo, 's3' | 'region'>): S3Client =>
  new S3Client({
    endpoint: s3,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: 'shop', secretAccessKey: 'shop' },
  });

export const bucketOf = (Bucket: string, s3: S3Client): Bucket => {
  const text = async (Key: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? '';
  };
  return {
    put: async (Key, Body, Metadata = {}) => {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, Metadata, ContentType: 'text/csv' }));
    },
    keys: async (Prefix = '') => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
      return Contents.map(({ Key }) => Key ?? '').sort();
    },
    versions: async (Prefix) => {
      const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix }));
      return Versions.length + DeleteMarkers.length;
    },
    text,
    json: async (key) => JSON.parse(await text(key)),
  };
};
