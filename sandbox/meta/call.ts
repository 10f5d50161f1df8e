import type { SandboxClock } from '../clock.ts';
import type { CallFaults, Faults } from './faults.ts';
import type { Params } from './input.ts';
import type { Settings } from './settings.ts';
import type { GraphState } from './state.ts';

/** What every endpoint works with. */
export interface Graph {
  clock: SandboxClock;
  settings: Settings;
  state: GraphState;
  faults: Faults;
  /** The catalogs that the token may see, by id. */
  catalogs: Readonly<Record<string, { name: string }>>;
}

/** One call, when token, catalog and quota let it through. */
export interface GraphCall {
  catalog: string;
  params: Params;
  /** The entries of a batch, if the call has a list of them. */
  requests: unknown[] | undefined;
  /** The address that was called, with its query. */
  url: URL;
  /** The token that came with it, if any. */
  token: string | undefined;
  /** The faults that may happen to it. */
  faults: CallFaults;
}

/** What a call is answered with, at HTTP 200. Throws a GraphError for everything else. */
export type Endpoint = (call: GraphCall, graph: Graph) => object | Promise<object>;
