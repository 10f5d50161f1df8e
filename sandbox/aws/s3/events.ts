import type { Call, Core } from './call.ts';
import type { BucketSettings, ObjectVersion } from './model.ts';

/** Sequencers are hexadecimal and compare as text within one key. */
const sequencer = (core: Core): string => core.store.nextOrder().toString(16).toUpperCase().padStart(18, '0');

interface Cause {
  readonly requestId: string;
  readonly requester: string;
  readonly sourceIp?: string;
}

const causeOf = (call: Call): Cause => ({
  requestId: call.requestId,
  requester: call.core.options.accountId,
  sourceIp: call.request.socket.remoteAddress ?? '127.0.0.1',
});

const send = (
  core: Core,
  bucket: BucketSettings,
  detailType: string,
  cause: Cause,
  object: object,
  rest: object,
): void => {
  if (!bucket.eventBridge) return;
  const detail = {
    version: '0',
    bucket: { name: bucket.name },
    object: { ...object, sequencer: sequencer(core) },
    'request-id': cause.requestId,
    requester: cause.requester,
    ...(cause.sourceIp === undefined ? {} : { 'source-ip-address': cause.sourceIp }),
    ...rest,
  };
  core.options.onEvent({ detailType, bucket: bucket.name, detail, at: core.options.clock.now() });
};

/** Buckets that never had versioning leave the version id out of their events. */
const versionId = (bucket: BucketSettings, id: string): object => (bucket.versioning ? { 'version-id': id } : {});

export type CreateReason = 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload';

/** `Object Created`, in the shape of the Amazon S3 user guide's "EventBridge event message structure". */
export const sayCreated = (call: Call, bucket: BucketSettings, version: ObjectVersion, reason: CreateReason): void =>
  send(
    call.core,
    bucket,
    'Object Created',
    causeOf(call),
    { key: version.key, size: version.size, etag: version.etag, ...versionId(bucket, version.id) },
    { reason },
  );

export interface Removal {
  readonly key: string;
  /** Of the version removed, or of the delete marker made. */
  readonly id: string;
  readonly etag?: string;
  readonly markerMade: boolean;
}

/** `Object Deleted`; without a call it is the lifecycle that deleted. */
export const sayDeleted = (core: Core, bucket: BucketSettings, removal: Removal, call?: Call): void =>
  send(
    core,
    bucket,
    'Object Deleted',
    call ? causeOf(call) : { requestId: 'LIFECYCLE', requester: 's3.amazonaws.com' },
    {
      key: removal.key,
      ...(removal.etag === undefined ? {} : { etag: removal.etag }),
      ...versionId(bucket, removal.id),
    },
    {
      reason: call ? 'DeleteObject' : 'Lifecycle Expiration',
      'deletion-type': removal.markerMade ? 'Delete Marker Created' : 'Permanently Deleted',
    },
  );
