/** What the process and a function's worker say to each other. */
export interface HandlerSetup {
  taskRoot: string;
  /** "file.export", as in the template. */
  handler: string;
  /** Those parts of Lambda's context object that are the same for every invocation. */
  context: Readonly<Record<string, unknown>>;
}

export interface ThreadSetup extends HandlerSetup {
  /** The sandbox clock's offset in milliseconds, shared. */
  offsetCell: BigInt64Array;
  /** The function's peak memory in bytes, shared: outlives the worker. */
  peakCell: BigInt64Array;
}

/** A process shares no memory: it is told when the clock moves. */
export interface ProcessSetup extends HandlerSetup {
  offsetMs: number;
}
export interface ToProcess {
  offsetMs: number;
  invocation?: Invocation;
}
export type FromProcess =
  | { ready: true }
  | { answer: Answer; maxRssBytes: number }
  /** What nobody caught: the process ends. */
  | { thrown: FunctionError };

export interface Invocation {
  id: number;
  event: unknown;
  requestId: string;
  /** When time is out: real epoch milliseconds, whatever the sandbox's clock says. */
  deadline: number;
}

export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace: string;
}

export type Answer =
  /** What the handler returned, as JSON text; undefined for undefined. */
  { id: number; ok: true; result: string | undefined } | { id: number; ok: false; error: FunctionError };
