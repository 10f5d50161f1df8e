import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { packageAll } from '../scripts/package.ts';
import type { SandboxClock } from './clock.ts';
import { failSwitch } from './control/fail-switch.ts';
import { startControl } from './control/server.ts';
import { openAsyncInvokers } from './deploy/async-invokers.ts';
import { deploy } from './deploy/deploy.ts';
import { startEventSources, startFunctions } from './deploy/functions.ts';
import { startGraph } from './meta/graph.ts';
import { type Closers, closers } from './process/closers.ts';
import { collectFewerTimes } from './process/few-collections.ts';
import { LOCK_FILE, lockFolder } from './process/folder-lock.ts';
import { keptClock } from './process/kept-clock.ts';
import type { SandboxInfo } from './process/sandbox-info.ts';
import { together } from './process/together.ts';
import { startServers } from './servers.ts';
import type { Json } from './template/json.ts';
import { type ResolvedResource, resolveStacks, type StackTemplate } from './template/resolve.ts';

export { SandboxIsRunning } from './process/folder-lock.ts';
export type { SandboxInfo } from './process/sandbox-info.ts';

/** What the sandbox uses of config/<stage>.json. */
export interface SandboxConfig {
  region?: string | undefined;
  metaGraphVersion?: string | undefined;
  /** Settings by the catalog's name; each has its metaCatalogId. */
  catalogs: Record<string, Record<string, unknown>>;
}

export interface SandboxOptions {
  /** All state lies in it; made when missing. */
  dataDir: string;
  config: SandboxConfig;
  /** Another server that speaks Meta's Graph API; the emulator when left out. */
  graphUrl?: string;
  /** What is given here stands above the config. META_CATALOG_ID is that of the catalog `default`. */
  env?: {
    META_ACCESS_TOKEN?: string;
    META_APP_SECRET?: string;
    META_GRAPH_VERSION?: string;
    META_CATALOG_ID?: string;
  };
  /** Is told about progress, line by line. */
  log: (line: string) => void;
}

export interface Sandbox {
  readonly info: SandboxInfo;
  readonly clock: SandboxClock;
  /** Lets running invocations end for a moment, then ends everything. What is not done goes on at the next start. */
  stop(): Promise<void>;
  /** Resolves when the sandbox has stopped, by `stop` or because the control endpoint was asked to. */
  readonly stopped: Promise<void>;
}

/** A stack as it was packaged. */
export interface Package {
  name: string;
  templatePath: string;
  /** Null for a stack without functions. */
  zipPath: string | null;
}
export type Packaging = (how: { stage: string; log: (line: string) => void }) => Promise<{ stacks: Package[] }>;

const STAGE = 'sandbox';
const ACCOUNT_ID = '000000000000';
const DEFAULT_REGION = 'eu-central-1';
const DEFAULT_GRAPH_VERSION = 'v26.0';
/** Opens nothing but the emulator. */
const EMULATORS_TOKEN = 'sandbox-access-token';
/** How long stopping waits for invocations that run. */
const GRACE_MS = 3000;

/**
 * Starts all of catalog-sync on one folder: emulators of AWS and Meta, and the packaged functions wired to them as the
 * templates say. Throws SandboxIsRunning when another sandbox runs on the folder, TemplateError for a template that it
 * cannot read; then nothing is left running.
 */
export const startSandbox = async (options: SandboxOptions, packaging: Packaging = packageAll): Promise<Sandbox> => {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const lock = await lockFolder(dataDir, join(dataDir, LOCK_FILE));
  const closing = closers();
  closing.add(lock.release);
  try {
    const sandbox = await open({ ...options, dataDir }, packaging, closing);
    lock.publish(sandbox.info);
    return sandbox;
  } catch (error) {
    await closing.closeAll();
    throw error;
  }
};

const open = async (options: SandboxOptions, packaging: Packaging, closing: Closers): Promise<Sandbox> => {
  // Lambda runs in UTC, and workers have the time zone of their process.
  process.env.TZ = 'UTC';
  collectFewerTimes();
  const { dataDir, config, env = {}, log } = options;
  const region = config.region ?? DEFAULT_REGION;
  const outboxDir = join(dataDir, 'outbox');
  const catalogs = catalogsOf(options);
  const token = env.META_ACCESS_TOKEN ?? EMULATORS_TOKEN;
  const appSecret = env.META_APP_SECRET;

  const { clock, advance } = keptClock(join(dataDir, 'clock.json'));
  closing.add(clock.stop);
  const fail = failSwitch();
  const deployed = Promise.withResolvers<void>();
  let invokers: Awaited<ReturnType<typeof openAsyncInvokers>> = new Map();
  const openGraph = async (): Promise<string> => {
    if (options.graphUrl !== undefined) return options.graphUrl;
    const known = Object.entries(catalogs).map(([name, { metaCatalogId }]) => [String(metaCatalogId), { name }]);
    const graph = await startGraph({
      dir: join(dataDir, 'meta'),
      clock,
      catalogs: Object.fromEntries(known),
      token,
      ...(appSecret !== undefined && { appSecret }),
    });
    closing.add(graph.close);
    return graph.url;
  };
  const [{ stacks }, servers, graph] = await together(
    packaging({ stage: STAGE, log }),
    startServers({
      dataDir,
      clock,
      region,
      accountId: ACCOUNT_ID,
      failSwitch: fail,
      outboxDir,
      invokeFunction: (arn, event) => {
        const invoker = invokers.get(arn);
        if (invoker === undefined)
          throw Object.assign(new Error(`there is no function ${arn}`), { code: 'NO_RESOURCE' });
        invoker.invokeAsync(JSON.parse(event));
      },
      deployed: deployed.promise,
      closing,
    }),
    openGraph(),
  );

  const resources = resolveStacks(await Promise.all(stacks.map(readTemplate)), {
    place: { region, accountId: ACCOUNT_ID, sqsUrl: servers.sqs.url },
    parameters: {
      [parameter('settings')]: JSON.stringify(catalogs),
      [parameter('meta/graph-url')]: graph,
      [parameter('meta/graph-version')]: env.META_GRAPH_VERSION ?? config.metaGraphVersion ?? DEFAULT_GRAPH_VERSION,
    },
  });
  await deploy(resources, servers);
  servers.secrets.setSecret(
    `catalog-sync/${STAGE}/meta`,
    JSON.stringify({ accessToken: token, appSecret: appSecret ?? null }),
  );

  const { s3, dynamodb, events, sqs, sns, ssm, secrets } = servers;
  const endpoints = {
    s3: s3.url,
    dynamodb: dynamodb.url,
    events: events.url,
    sqs: sqs.url,
    sns: sns.url,
    ssm: ssm.url,
    secrets: secrets.url,
  };
  const lambdaDir = join(dataDir, 'lambda');
  const functions = await startFunctions(resources, {
    clock,
    region,
    endpoints,
    dir: lambdaDir,
    zips: new Map(stacks.flatMap(({ name, zipPath }) => (zipPath === null ? [] : [[name, zipPath] as const]))),
  });
  for (const { close } of functions) closing.add(close);
  invokers = await openAsyncInvokers(resources, functions, { clock, dir: lambdaDir, servers, ready: deployed.promise });
  for (const { close } of invokers.values()) closing.add(() => close(GRACE_MS));

  const stopped = Promise.withResolvers<void>();
  const stop = async (): Promise<void> => {
    try {
      await closing.closeAll();
    } finally {
      stopped.resolve();
    }
  };
  const control = await startControl({
    clock,
    advance,
    info: () => info,
    functions: () => functions.map(({ name, stats }) => ({ name, ...stats() })),
    failSwitch: fail,
    stop: () => void stop().catch((error: unknown) => log(`stopping failed: ${String(error)}`)),
  });
  closing.add(control.close);
  const info: SandboxInfo = {
    ...endpoints,
    graph,
    control: control.url,
    region,
    ...namesOf(resources),
    outboxDir,
    logsDir: join(lambdaDir, 'logs'),
    catalogs: Object.fromEntries(
      Object.entries(catalogs).map(([name, { metaCatalogId }]) => [name, String(metaCatalogId)]),
    ),
    functions: functions.map(({ name }) => name),
  };

  const sources = await startEventSources(resources, functions, { clock, region, sqs });
  closing.add(() => Promise.all(sources.map((source) => source.stop(GRACE_MS))));
  deployed.resolve();
  // One worker each while nothing happens yet: the first file need not wait for code to load.
  void Promise.all(functions.map(({ warmUp }) => warmUp()));
  return { info, clock, stop, stopped: stopped.promise };
};

const parameter = (what: string): string => `/catalog-sync/${STAGE}/${what}`;

const catalogsOf = ({ config: { catalogs }, env }: SandboxOptions): SandboxConfig['catalogs'] =>
  env?.META_CATALOG_ID === undefined
    ? catalogs
    : { ...catalogs, default: { ...catalogs.default, metaCatalogId: env.META_CATALOG_ID } };

const readTemplate = async ({ name, templatePath }: Package): Promise<StackTemplate> => ({
  name,
  template: JSON.parse(await readFile(templatePath, 'utf8')) as Json,
});

type Names = Pick<SandboxInfo, 'landingBucket' | 'syncedBucket' | 'workBucket' | 'busName' | 'archiveName'>;

/** The names that the platform's stack publishes, and that of its event archive. */
const namesOf = (resources: readonly ResolvedResource[]): Names => {
  const published = (what: string): string => {
    const found = resources.find(({ type, name }) => type === 'AWS::SSM::Parameter' && name === parameter(what));
    if (found === undefined) throw new Error(`no stack makes the SSM parameter ${parameter(what)}`);
    return String(found.properties.Value);
  };
  return {
    landingBucket: published('bucket/landing'),
    syncedBucket: published('bucket/synced'),
    workBucket: published('bucket/work'),
    busName: published('bus/name'),
    archiveName: resources.find(({ type }) => type === 'AWS::Events::Archive')?.name ?? '',
  };
};
