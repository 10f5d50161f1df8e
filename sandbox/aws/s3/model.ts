import type { Segment } from './bodies.ts';
import type { Algorithm, Checksum, ChecksumType } from './checksum.ts';

/** Names and values, kept as pairs: header names are the callers' choice and must not meet an object's prototype. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** One rule as in the LifecycleConfiguration of AWS::S3::Bucket, as far as this server acts on it. */
export interface LifecycleRule {
  readonly Id?: string;
  readonly Status: 'Enabled' | 'Disabled';
  readonly Prefix?: string;
  /** Objects here carry no tags, so a rule with tag filters concerns none of them. */
  readonly TagFilters?: readonly { Key: string; Value: string }[];
  readonly ObjectSizeGreaterThan?: number | string;
  readonly ObjectSizeLessThan?: number | string;
  readonly ExpirationInDays?: number | string;
  readonly ExpirationDate?: string;
  readonly ExpiredObjectDeleteMarker?: boolean | string;
  readonly NoncurrentVersionExpirationInDays?: number | string;
  readonly NoncurrentVersionExpiration?: {
    readonly NoncurrentDays: number | string;
    readonly NewerNoncurrentVersions?: number | string;
  };
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation: number | string };
}

export interface BucketSettings {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly created: number;
  /** Undefined while versioning was never set. */
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly eventBridge: boolean;
  readonly lifecycle: readonly LifecycleRule[];
}

/** What comes with an object besides its bytes, all as the caller sent it. */
export interface Description {
  /** Content-Type and the other stored headers, lower case. */
  readonly headers: Pairs;
  /** User metadata without the x-amz-meta- in front. */
  readonly metadata: Pairs;
}

export interface ObjectPart {
  readonly number: number;
  readonly size: number;
  readonly checksum: string;
}

export interface ObjectVersion extends Description {
  readonly key: string;
  /** Random, or `null` outside versioning. */
  readonly id: string;
  /** Newer versions of a key have greater numbers. */
  readonly order: number;
  /** Epoch milliseconds, whole seconds. */
  readonly modified: number;
  /** A delete marker: no bytes, no description. */
  readonly marker: boolean;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly segments: readonly Segment[];
  readonly checksum?: Checksum;
  /** The parts and the upload it was completed from. */
  readonly parts?: readonly ObjectPart[];
  readonly upload?: string;
}

export interface UploadedPart {
  readonly number: number;
  readonly size: number;
  readonly modified: number;
  readonly etag: string;
  readonly segments: readonly Segment[];
  /** The upload's own algorithm always, and the one the caller sent. */
  readonly checksums: Readonly<Partial<Record<Algorithm, string>>>;
}

export interface Upload extends Description {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiated: number;
  readonly order: number;
  readonly algorithm: Algorithm;
  readonly checksumType: ChecksumType;
  /** Whether the caller chose the algorithm: parts must then carry it. */
  readonly algorithmAsked: boolean;
}

/** One step of the store's state; the journal is a list of them. */
export type Change =
  | { readonly type: 'bucket'; readonly bucket: BucketSettings }
  | { readonly type: 'bucket-gone'; readonly name: string }
  | { readonly type: 'version'; readonly bucket: string; readonly version: ObjectVersion }
  | { readonly type: 'version-gone'; readonly bucket: string; readonly key: string; readonly id: string }
  | { readonly type: 'upload'; readonly upload: Upload }
  | { readonly type: 'part'; readonly upload: string; readonly part: UploadedPart }
  | { readonly type: 'upload-gone'; readonly id: string };
