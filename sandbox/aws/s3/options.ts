import type { SandboxClock } from '../../clock.ts';
import type { BeforeWrite } from '../../server.ts';
import type { EventDisorder } from './event-disorder.ts';

export interface S3Event {
  /** `Object Created` or `Object Deleted`. */
  readonly detailType: string;
  readonly bucket: string;
  /** The event's detail as Amazon S3 sends it to EventBridge (source aws.s3). */
  readonly detail: object;
  /** When it happened, in epoch milliseconds: it may come later. */
  readonly at: number;
}

export interface S3Options {
  /** Folder on disk that holds everything; a restart on the same folder continues. */
  dir: string;
  clock: SandboxClock;
  region: string;
  accountId: string;
  /** Called after a change was stored durably, for buckets whose EventBridge notification is on. */
  onEvent: (event: S3Event) => void;
  /** Has some events come twice or late; each comes once and at once when left out. */
  events?: EventDisorder;
  /** Late events of an earlier process are not told before it resolves. */
  ready?: Promise<void>;
  beforeWrite: BeforeWrite;
}
