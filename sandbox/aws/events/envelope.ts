import { randomUUID } from 'node:crypto';

/** An event as rules see it and targets get it. */
export interface Envelope {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601 in whole seconds. */
  time: string;
  region: string;
  resources: string[];
  /** The replay that delivers it again. */
  'replay-name'?: string;
  detail: object;
}

/** What the sender of an event says of it; `at` is in epoch milliseconds. */
export interface EventParts {
  source: string;
  detailType: string;
  detail: object;
  resources?: string[];
  at: number;
  id?: string;
}

/** For example 2026-11-23T06:00:00Z. */
export const isoSeconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

export const envelopeOf = (
  { source, detailType, detail, resources = [], at, id = randomUUID() }: EventParts,
  where: { region: string; accountId: string },
): Envelope => ({
  version: '0',
  id,
  'detail-type': detailType,
  source,
  account: where.accountId,
  time: isoSeconds(at),
  region: where.region,
  resources,
  detail,
});
