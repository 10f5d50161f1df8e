import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import type { SandboxInfo } from '../../process/sandbox-info.ts';
import { s3Of } from './bucket.ts';

/** One version of an object: bucket and key, version id, and the content's checksum. */
export type StoredVersion = string;

/** Every version of every object in the three buckets, delete markers too, sorted. */
export const contentsOf = async (info: SandboxInfo): Promise<StoredVersion[]> => {
  const client = s3Of(info);
  const versions: StoredVersion[] = [];
  for (const Bucket of [info.landingBucket, info.syncedBucket, info.workBucket]) {
    let page: ListObjectVersionsCommandOutput | undefined;
    do {
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page ?? {};
      page = await client.send(new ListObjectVersionsCommand({ Bucket, KeyMarker, VersionIdMarker }));
      for (const { Key, VersionId, ETag } of page.Versions ?? [])
        versions.push(`${Bucket}/${Key} ${VersionId} ${ETag}`);
      for (const { Key, VersionId } of page.DeleteMarkers ?? []) versions.push(`${Bucket}/${Key} ${VersionId} deleted`);
    } while (page.IsTruncated === true);
  }
  return versions.sort();
};
