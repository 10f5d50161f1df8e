import type { Endpoint } from './call.ts';
import { catalogNode } from './catalog.ts';
import { checkBatchRequestStatus } from './check-batch-request-status.ts';
import { debugToken } from './debug-token.ts';
import { diagnostics } from './diagnostics.ts';
import type { Endpoint as EndpointName } from './fault-kinds.ts';
import { errorOfCode, GraphError, unsupported } from './graph-error.ts';
import { itemsBatch } from './items-batch.ts';
import { localizedItemsBatch } from './localized-items-batch.ts';
import { products } from './products.ts';
import type { Bucket } from './quota.ts';

/** The oldest and the newest version that are spoken. Source: developers.facebook.com/docs/graph-api/changelog/versions */
const OLDEST_VERSION = 21;
const NEWEST_VERSION = 26;

export interface Route {
  endpoint: EndpointName;
  method: 'GET' | 'POST';
  /** Of the calls that it counts as; a token's inspection is no call of a catalog and needs no right to one. */
  bucket?: Bucket;
  answer: Endpoint;
}

const read = (endpoint: EndpointName, answer: Endpoint): Route => ({
  endpoint,
  method: 'GET',
  bucket: 'catalog_management',
  answer,
});
const batch = (endpoint: EndpointName, answer: Endpoint): Route => ({
  endpoint,
  method: 'POST',
  bucket: 'catalog_batch',
  answer,
});

/** The edges of a catalog by name; the catalog itself has none. */
const routes: Readonly<Record<string, Route>> = {
  items_batch: batch('items_batch', itemsBatch),
  localized_items_batch: batch('localized_items_batch', localizedItemsBatch),
  check_batch_request_status: read('check_batch_request_status', checkBatchRequestStatus),
  products: read('products', products),
  diagnostics: read('diagnostics', diagnostics),
  '': read('catalog', catalogNode),
};
const debugTokenRoute: Route = { endpoint: 'debug_token', method: 'GET', answer: debugToken };

export interface Found {
  route: Route;
  catalog: string;
  version: string;
}

/** Reads /vNN.N/{catalog}/{edge}, and /debug_token with or without a version. Throws what unknown paths are answered with. */
export const findRoute = (method: string, path: string): Found => {
  const parts = path.split('/').slice(1);
  const given = /^v\d+\.\d+$/.test(parts[0] ?? '') ? parts.shift() : undefined;
  const version = given ?? `v${NEWEST_VERSION}.0`;
  const number = Number(version.slice(1));
  if (!Number.isInteger(number) || number > NEWEST_VERSION)
    throw new GraphError(2500, `Unknown path components: ${path}`);
  if (number < OLDEST_VERSION) throw errorOfCode(2635);
  const [catalog = '', edge = '', ...more] = parts;
  if (catalog === 'debug_token' && edge === '') return { route: debugTokenRoute, catalog: '', version };
  if (given === undefined || !/^\d+$/.test(catalog) || more.length > 0 || !Object.hasOwn(routes, edge))
    throw new GraphError(2500, `Unknown path components: ${path}`);
  const route = routes[edge]!;
  if (route.method !== method) throw unsupported(method, catalog);
  return { route, catalog, version };
};
