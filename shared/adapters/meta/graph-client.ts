import type { Graph } from '../../ports/graph.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { Connection } from './call-graph.ts';
import { checkBatchRequestStatus } from './check-batch-request-status.ts';
import { sendItemsBatch } from './items-batch.ts';
import { probeCatalog } from './probe-catalog.ts';

export interface GraphClientOptions {
  /** `https://graph.facebook.com`, or what stands in for it. */
  baseUrl: string;
  /** `v26.0` */
  version: string;
  /** How long one call may take in all, in milliseconds of real time. */
  httpTimeoutMs: number;
  secrets: Secrets;
}

/** Meta's Graph API over HTTP. Throws at once when URL or version cannot be right; later only on a catalog id that is none. */
export const graphClient = ({ baseUrl, version, httpTimeoutMs, secrets }: GraphClientOptions): Graph => {
  const connection: Connection = {
    base: checkedBase(baseUrl),
    version: checkedVersion(version),
    httpTimeoutMs,
    secrets,
  };
  return {
    sendBatch: (catalogId, bodyJson) => sendItemsBatch(connection, catalogId, bodyJson),
    checkHandle: (catalogId, handle) => checkBatchRequestStatus(connection, catalogId, handle),
    probe: (catalogId) => probeCatalog(connection, catalogId),
  };
};

const checkedBase = (baseUrl: string): string => {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const plain = url !== undefined && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!plain || !/^https?:$/.test(url.protocol)) {
    throw new Error('the URL of the Graph API must be http(s)://host, without user, query or fragment');
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
};

const checkedVersion = (version: string): string => {
  if (!/^v\d+\.\d+$/.test(version)) throw new Error('the version of the Graph API must look like v26.0');
  return version;
};
