import { type Call, header } from './call.ts';
import { checkCopySource } from './conditions.ts';
import { S3Error } from './errors.ts';
import type { ObjectVersion } from './model.ts';
import type { Bucket } from './store.ts';
import { versionToRead } from './versions.ts';

export interface CopySource {
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
  /** Whether the request named the version. */
  readonly versionNamed: boolean;
}

const badSource = (value: string): S3Error =>
  new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey', {
    ArgumentName: 'x-amz-copy-source',
    ArgumentValue: value,
  });

/** The version x-amz-copy-source names, its conditions met. Throws what reading it would, InvalidArgument, PreconditionFailed. */
export const copySource = (call: Call): CopySource => {
  const value = header(call, 'x-amz-copy-source') ?? '';
  const [path = '', versionId] = value.split(/\?versionId=/);
  let plain: string;
  try {
    plain = decodeURIComponent(path).replace(/^\//, '');
  } catch {
    throw badSource(value);
  }
  const slash = plain.indexOf('/');
  if (slash < 1 || slash === plain.length - 1) throw badSource(value);
  const bucket = call.core.store.bucket(plain.slice(0, slash));
  const key = plain.slice(slash + 1);
  const named = bucket.versions(key).find((version) => version.id === versionId);
  if (named?.marker) {
    throw new S3Error(
      'InvalidRequest',
      'The source of a copy request may not specifically refer to a delete marker by version id.',
    );
  }
  const version = versionToRead(bucket, key, versionId);
  checkCopySource(call, version);
  return { bucket, version, versionNamed: versionId !== undefined };
};
