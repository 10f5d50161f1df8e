import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxClock } from '../clock.ts';
import type { SandboxServer } from '../server.ts';
import { type FailPlace, type FailSwitch, failPlaces } from './fail-switch.ts';

export interface FunctionReport {
  name: string;
  invocations: number;
  errors: number;
  /** The most that one worker's V8 heap and Buffers were seen to take. */
  peakMemoryBytes: number;
}

export interface ControlOptions {
  clock: SandboxClock;
  /** Moves the clock on, and remembers it for the next start on the folder. */
  advance(ms: number): void;
  /** The sandbox's addresses and names. */
  info(): object;
  functions(): FunctionReport[];
  failSwitch: FailSwitch;
  /** Asked by POST /stop; the answer is sent before. */
  stop(): void;
}

/** A request that cannot be done: its message goes to the client. */
class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Bodies are a few numbers: more than this is a mistake. */
const LONGEST_BODY_BYTES = 64 * 1024;

const readBody = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > LONGEST_BODY_BYTES) throw new Refused(400, 'the body is too long');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused(400, 'the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refused(400, 'the body is not a JSON object');
  return value as Record<string, unknown>;
};

type Answer = (request: IncomingMessage) => object | Promise<object>;

const routesOf = ({ clock, advance, info, functions, failSwitch, stop }: ControlOptions): Record<string, Answer> => {
  const time = () => ({
    now: new Date(clock.now()).toISOString(),
    offsetMs: Number(Atomics.load(clock.offsetCell, 0)),
  });
  return {
    'GET /info': info,
    'GET /functions': functions,
    'GET /clock': time,
    'POST /clock': async (request) => {
      const { advanceMs } = await readBody(request);
      if (!Number.isSafeInteger(advanceMs) || (advanceMs as number) < 0)
        throw new Refused(400, 'advanceMs must be a whole number of milliseconds, not below 0');
      if (Number.isNaN(new Date(clock.now() + (advanceMs as number)).getTime()))
        throw new Refused(400, 'advanceMs leads beyond the last date there is');
      advance(advanceMs as number);
      return time();
    },
    'GET /writes': () => failSwitch.writes(),
    'POST /fail': async (request) => {
      const { where, write, how } = await readBody(request);
      if (!failPlaces.includes(where as FailPlace))
        throw new Refused(400, `where must be one of ${failPlaces.join(', ')}`);
      if (!Number.isSafeInteger(write) || (write as number) < 1)
        throw new Refused(400, 'write must be a whole number from 1: the how manieth write from now');
      if (how !== 'exit') throw new Refused(400, 'how must be exit');
      failSwitch.arm(where as FailPlace, write as number);
      return { where, write, how };
    },
    'POST /stop': () => {
      // After the answer is on its way, for stopping ends the connections.
      setImmediate(stop);
      return { stopping: true };
    },
  };
};

/** The sandbox's own endpoint: moves the clock, reports on the functions, and lets the process die on purpose. */
export const startControl = async (options: ControlOptions): Promise<SandboxServer> => {
  const routes = routesOf(options);
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: object }> => {
    const path = (request.url ?? '/').split('?')[0];
    const route = routes[`${request.method} ${path}`];
    try {
      if (route === undefined)
        throw new Refused(404, `there is no ${request.method} ${path}; there are ${Object.keys(routes).join(', ')}`);
      return { status: 200, body: await route(request) };
    } catch (error) {
      const status = error instanceof Refused ? error.status : 500;
      return { status, body: { error: error instanceof Error ? error.message : String(error) } };
    }
  };
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
};
