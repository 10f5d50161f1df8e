import {
  createBucket,
  deleteBucket,
  getBucketLifecycle,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketLifecycle,
  putBucketVersioning,
} from './buckets.ts';
import { type Call, header } from './call.ts';
import { copyObject } from './copy-object.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { S3Error } from './errors.ts';
import { getObject } from './get-object.ts';
import { listObjectsV2 } from './list-objects.ts';
import { listObjectVersions } from './list-versions.ts';
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts';
import { completeMultipartUpload } from './multipart-complete.ts';
import { listMultipartUploads, listParts } from './multipart-list.ts';
import { putObject } from './put-object.ts';

export type Operation = (call: Call) => void | Promise<void>;

/** Query names that make another operation of a method. All others are parameters, also those of presigned URLs. */
const SUB_RESOURCES = [
  'abac',
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'encryptionId',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metadataConfiguration',
  'metadataTable',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'renameObject',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'select',
  'session',
  'tagging',
  'torrent',
  'uploadId',
  'uploads',
  'versioning',
  'versions',
  'website',
];

/** By `method level sub-resource`. */
const OPERATIONS = new Map<string, Operation>([
  ['GET service ', listBuckets],
  ['PUT bucket ', createBucket],
  ['DELETE bucket ', deleteBucket],
  ['HEAD bucket ', headBucket],
  ['GET bucket location', getBucketLocation],
  ['GET bucket versioning', getBucketVersioning],
  ['PUT bucket versioning', putBucketVersioning],
  ['GET bucket lifecycle', getBucketLifecycle],
  ['PUT bucket lifecycle', putBucketLifecycle],
  ['GET bucket list-type=2', listObjectsV2],
  ['GET bucket versions', listObjectVersions],
  ['GET bucket uploads', listMultipartUploads],
  ['POST bucket delete', deleteObjects],
  ['PUT object ', putObject],
  ['PUT object copy', copyObject],
  ['GET object ', getObject],
  ['HEAD object ', getObject],
  ['DELETE object ', deleteObject],
  ['POST object uploads', createMultipartUpload],
  ['PUT object uploadId', uploadPart],
  ['PUT object uploadId copy', uploadPartCopy],
  ['POST object uploadId', completeMultipartUpload],
  ['DELETE object uploadId', abortMultipartUpload],
  ['GET object uploadId', listParts],
]);

/** The operation a request asks for. Throws NotImplemented for one that is not there, and AccessDenied for another owner. */
export const operationOf = (call: Call): Operation => {
  const level = call.bucket === '' ? 'service' : call.key === '' ? 'bucket' : 'object';
  const resource = SUB_RESOURCES.filter((name) => call.query.has(name)).join('+');
  const listType = level === 'bucket' && call.query.has('list-type') ? `list-type=${call.query.get('list-type')}` : '';
  const copy = header(call, 'x-amz-copy-source') !== undefined && call.method === 'PUT' ? 'copy' : '';
  const what = [resource || listType, copy].filter((word) => word !== '').join(' ');
  const operation = OPERATIONS.get(`${call.method} ${level} ${what}`);
  if (!operation) {
    throw new S3Error(
      'NotImplemented',
      'A header or query you provided implies functionality that is not implemented',
      {
        Method: call.method,
        ResourceType: `${level} ${what}`.trim(),
      },
    );
  }
  const owner = header(call, 'x-amz-expected-bucket-owner');
  if (owner !== undefined && owner !== call.core.options.accountId) throw new S3Error('AccessDenied', 'Access Denied');
  return operation;
};
