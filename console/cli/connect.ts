import { type Sandbox, type SandboxInfo, SandboxIsRunning, startSandbox } from '@catalog-sync/sandbox/start.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { lookAtOnce } from '../change.ts';
import { cloudOf } from '../cloud.ts';
import { configuration } from './configuration.ts';
import { WrongUsage } from './exit.ts';
import type { Flags } from './parse.ts';
import { progress } from './say.ts';

export interface Connection {
  info: SandboxInfo;
  /** Whether the sandbox ends with this command. */
  own: boolean;
  /** Stops the sandbox if this command started it; another's goes on. */
  close(): Promise<void>;
}

const ours = (sandbox: Sandbox): Connection => ({ info: sandbox.info, own: true, close: () => sandbox.stop() });

/** Starts the sandbox of this folder. Fails with `SandboxIsRunning` when another process owns the folder. */
export const startOwn = async (flags: Flags, dataDir = flags.dataDir): Promise<Sandbox> => {
  const { config, graphUrl } = await configuration(flags, process.env);
  const { META_ACCESS_TOKEN, META_APP_SECRET } = process.env;
  const sandbox = await startSandbox({
    dataDir,
    config,
    ...(graphUrl === null ? {} : { graphUrl }),
    env: {
      ...(META_ACCESS_TOKEN === undefined ? {} : { META_ACCESS_TOKEN }),
      ...(META_APP_SECRET === undefined ? {} : { META_APP_SECRET }),
    },
    log: progress.line,
  });
  const { publish } = cloudOf(sandbox.info);
  for (const catalog of Object.keys(sandbox.info.catalogs)) await lookAtOnce(catalog as CatalogName, publish);
  return sandbox;
};

/** The sandbox of this folder: the one that is running, or one that lives as long as this command. */
export const connect = async (flags: Flags): Promise<Connection> => {
  try {
    return ours(await startOwn(flags));
  } catch (error) {
    if (!(error instanceof SandboxIsRunning) || error.info === null) throw error;
    progress.line(`using the sandbox that runs on ${flags.dataDir} (process ${error.pid})`);
    const catalogs = Object.keys(error.info.catalogs);
    // It may have been started with other settings than those that this command was given.
    if (!catalogs.includes(flags.catalog)) {
      throw new WrongUsage(
        `the sandbox that runs here knows no catalog "${flags.catalog}", only: ${catalogs.join(', ')}`,
      );
    }
    if (flags.graphUrl !== null && flags.graphUrl !== error.info.graph) {
      throw new WrongUsage(
        `the sandbox that runs here sends to ${error.info.graph}: leave --graph-url out, or stop it first`,
      );
    }
    if (flags.config !== null)
      progress.line(`it goes by the settings of its start: ${flags.config} is read when a sandbox starts`);
    return { info: error.info, own: false, close: async () => {} };
  }
};
