import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SandboxClock, sandboxClock } from '../clock.ts';
import { type GraphOptions, type GraphServer, startGraph } from './graph.ts';
import type { Fields } from './product-fields.ts';

export const TOKEN = 'EAAB-a-token';
export const CATALOG = '1042';

/** An answer as a test looks at it. */
export interface Seen {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
  body: any;
}

/** An emulator with what tests ask of it again and again. */
export interface TestGraph {
  readonly url: string;
  readonly clock: SandboxClock;
  /** A call below /v25.0, with the token as header unless other headers are given. */
  call(path: string, init?: RequestInit): Promise<Seen>;
  /** POSTs entries to a batch edge as JSON. */
  post(edge: 'items_batch' | 'localized_items_batch', requests: unknown, more?: Record<string, unknown>): Promise<Seen>;
  /** POSTs entries to items_batch. */
  send(requests: unknown, more?: Record<string, unknown>): Promise<Seen>;
  /** Sends entries, moves the clock past their processing, and answers with the status of their handle. */
  settle(requests: unknown, more?: Record<string, unknown>): Promise<Seen['body']>;
  /** The first element of a handle's status, ids of invalid requests loaded. */
  status(handle: string): Promise<Seen['body']>;
  /** A call of the control. */
  control(method: string, path: string, body?: unknown): Promise<Seen>;
  /** Switches a fault on. */
  fault(name: string, parameters?: Record<string, unknown>): Promise<string>;
  /** Switches a script of faults on. */
  script(steps: readonly unknown[], matching?: Record<string, unknown>): Promise<Seen>;
  /** Changes settings. */
  set(changes: Record<string, unknown>): Promise<Seen>;
  /** The raw items of the catalog. */
  items(): Promise<Fields[]>;
  /** Closes the server and starts another one on the same folder; settings and faults begin anew. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const see = async (response: Response): Promise<Seen> => {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
};

export const testGraph = async (options: Partial<GraphOptions> = {}): Promise<TestGraph> => {
  const dir = await mkdtemp(join(tmpdir(), 'graph-'));
  const clock = sandboxClock();
  const start = (): Promise<GraphServer> =>
    startGraph({
      dir,
      clock,
      catalogs: { [CATALOG]: { name: 'Shoes' }, '2077': { name: 'Hats' } },
      token: TOKEN,
      ...options,
    });
  let server = await start();

  const graph: TestGraph = {
    get url() {
      return server.url;
    },
    clock,
    call: async (path, init = {}) =>
      see(await fetch(`${server.url}/v25.0${path}`, { headers: { authorization: `Bearer ${TOKEN}` }, ...init })),
    send: (requests, more) => graph.post('items_batch', requests, more),
    post: (edge, requests, more = {}) =>
      graph.call(`/${CATALOG}/${edge}?item_type=PRODUCT_ITEM`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ requests, ...more }),
      }),
    settle: async (requests, more) => {
      const { body } = await graph.send(requests, more);
      clock.advance(1_500);
      return await graph.status(body.handles[0]);
    },
    status: async (handle) => {
      const query = new URLSearchParams({ handle, load_ids_of_invalid_requests: 'true' });
      return (await graph.call(`/${CATALOG}/check_batch_request_status?${query}`)).body.data[0];
    },
    control: async (method, path, body) =>
      see(
        await fetch(`${server.url}/_emulator/${path}`, {
          method,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
    fault: async (name, parameters = {}) => (await graph.control('POST', 'faults', { name, ...parameters })).body.id,
    script: (steps, matching = { endpoint: 'items_batch' }) =>
      graph.control('POST', 'faults', { script: steps, ...matching }),
    set: (changes) => graph.control('POST', 'settings', changes),
    items: async () => (await graph.control('GET', `catalogs/${CATALOG}/items`)).body,
    restart: async () => {
      await server.close();
      server = await start();
    },
    stop: async () => {
      await server.close();
      clock.stop();
      await rm(dir, { recursive: true });
    },
  };
  return graph;
};

/** A whole item; fields given replace or add to it. */
export const item = (id: string, fields: Fields = {}): Fields & { id: string } => ({
  id,
  title: `Shoe ${id}`,
  description: 'A shoe that fits.',
  availability: 'in stock',
  condition: 'new',
  price: '49.90 EUR',
  link: `https://shop.example/${id}`,
  image_link: `https://shop.example/${id}.jpg`,
  brand: 'Fitwell',
  ...fields,
});

export const update = (id: string, fields: Fields = {}): object => ({ method: 'UPDATE', data: item(id, fields) });
