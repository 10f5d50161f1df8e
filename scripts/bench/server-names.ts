export const REGION = 'eu-central-1';
export const ACCOUNT_ID = '000000000000';
export const QUEUE_ARN = `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:bench`;

export type ServerName = 's3' | 'dynamodb' | 'events';

/** What a process has used since it began. */
export interface Usage {
  cpuSeconds: number;
  /** Memory in bytes: now, and at its highest. */
  rss: number;
  peakRss: number;
}
