import { answerEmpty, answerText, answerXml, type Call, type Core, isoTime } from './call.ts';
import { malformedXml, S3Error } from './errors.ts';
import { compareKeys } from './key-order.ts';
import { rulesFromXml, rulesToXml } from './lifecycle-xml.ts';
import { ownerField } from './list-objects.ts';
import type { BucketSettings, LifecycleRule } from './model.ts';
import { receiveXml } from './receive.ts';
import { textOf, type XmlField, xmlText } from './xml.ts';

export interface BucketProperties {
  readonly name: string;
  /** VersioningConfiguration.Status; once set it stays when left out, for S3 knows no way back. */
  readonly versioning?: 'Enabled' | 'Suspended' | undefined;
  /** Whether events go to EventBridge; off when left out. */
  readonly eventBridge?: boolean | undefined;
  /** LifecycleConfiguration.Rules; none when left out. */
  readonly lifecycle?: readonly LifecycleRule[] | undefined;
}

/** S3 user guide, "General purpose bucket naming rules". */
const BUCKET_NAME = /^(?!xn--|sthree-|amzn-s3-demo-)(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const checkName = (name: string): void => {
  if (BUCKET_NAME.test(name)) return;
  throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: name });
};

/** Makes the bucket or changes its settings. Throws InvalidBucketName. */
export const putBucket = ({ store, options }: Core, properties: BucketProperties): void => {
  const { name } = properties;
  checkName(name);
  const existing = store.findBucket(name)?.settings;
  const versioning = properties.versioning ?? existing?.versioning;
  const bucket: BucketSettings = {
    name,
    created: existing?.created ?? Math.floor(options.clock.now()),
    ...(versioning && { versioning }),
    eventBridge: properties.eventBridge ?? false,
    lifecycle: properties.lifecycle ?? [],
  };
  if (JSON.stringify(bucket) !== JSON.stringify(existing)) store.commit([{ type: 'bucket', bucket }]);
};

export const createBucket = async (call: Call): Promise<void> => {
  const { store, options } = call.core;
  checkName(call.bucket);
  await receiveXml(call, 'CreateBucketConfiguration');
  if (!store.findBucket(call.bucket)) {
    options.beforeWrite();
    putBucket(call.core, { name: call.bucket });
  } else if (options.region !== 'us-east-1') {
    // Only us-east-1 answers a second creation by the same owner with success.
    throw new S3Error(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: call.bucket },
    );
  }
  answerEmpty(call, 200, { location: `/${call.bucket}` });
};

export const deleteBucket = (call: Call): void => {
  const { store, options } = call.core;
  if (store.bucket(call.bucket).keys().length > 0) {
    throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty', { BucketName: call.bucket });
  }
  options.beforeWrite();
  const uploads = store.uploads(call.bucket).map(({ upload }) => ({ type: 'upload-gone', id: upload.id }) as const);
  store.commit([...uploads, { type: 'bucket-gone', name: call.bucket }]);
  answerEmpty(call, 204);
};

export const headBucket = (call: Call): void => {
  call.core.store.bucket(call.bucket);
  answerEmpty(call, 200, { 'x-amz-bucket-region': call.core.options.region, 'content-type': 'application/xml' });
};

export const listBuckets = (call: Call): void => {
  const buckets = call.core.store
    .buckets()
    .toSorted((a, b) => compareKeys(a.name, b.name))
    .filter(({ name }) => name.startsWith(call.query.get('prefix') ?? ''))
    .map(
      ({ name, created }): XmlField => [
        'Bucket',
        [
          ['Name', name],
          ['CreationDate', isoTime(created)],
          ['BucketRegion', call.core.options.region],
        ],
      ],
    );
  answerXml(call, 'ListAllMyBucketsResult', [ownerField(call), ['Buckets', buckets]]);
};

export const getBucketLocation = (call: Call): void => {
  call.core.store.bucket(call.bucket);
  const { region } = call.core.options;
  answerText(call, 200, xmlText('LocationConstraint', region === 'us-east-1' ? '' : region));
};

export const getBucketVersioning = (call: Call): void => {
  const { settings } = call.core.store.bucket(call.bucket);
  answerXml(call, 'VersioningConfiguration', [['Status', settings.versioning]]);
};

export const putBucketVersioning = async (call: Call): Promise<void> => {
  const { store, options } = call.core;
  const body = await receiveXml(call, 'VersioningConfiguration');
  const status = body && textOf(body, 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
  const { settings } = store.bucket(call.bucket);
  options.beforeWrite();
  store.commit([{ type: 'bucket', bucket: { ...settings, versioning: status } }]);
  answerEmpty(call, 200);
};

export const getBucketLifecycle = (call: Call): void => {
  const { settings } = call.core.store.bucket(call.bucket);
  if (settings.lifecycle.length === 0) {
    throw new S3Error('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', {
      BucketName: call.bucket,
    });
  }
  answerXml(call, 'LifecycleConfiguration', rulesToXml(settings.lifecycle));
};

export const putBucketLifecycle = async (call: Call): Promise<void> => {
  const { store, options } = call.core;
  const body = await receiveXml(call, 'LifecycleConfiguration');
  if (!body) throw malformedXml();
  const lifecycle = rulesFromXml(body);
  const { settings } = store.bucket(call.bucket);
  options.beforeWrite();
  store.commit([{ type: 'bucket', bucket: { ...settings, lifecycle } }]);
  answerEmpty(call, 200);
};
