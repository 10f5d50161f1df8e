import type { SandboxClock } from '../clock.ts';
import type { Faults, FaultTarget } from './faults.ts';
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
  /** The entries of an items_batch call, if it has a list of them. */
  requests: unknown[] | undefined;
  /** What faults are matched with. */
  target: FaultTarget;
  /** The address that was called, with its query. */
  url: URL;
}

/** What a call is answered with, at HTTP 200. Throws a GraphError for everything else. */
export type Endpoint = (call: GraphCall, graph: Graph) => object | Promise<object>;
