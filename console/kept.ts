import { join } from 'node:path';
import { LOCK_FILE, runningInfo } from '@catalog-sync/sandbox/process/folder-lock.ts';
import { type SandboxInfo, SandboxIsRunning } from '@catalog-sync/sandbox/start.ts';
import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { configuration } from './cli/configuration.ts';
import type { Flags } from './cli/parse.ts';
import { sandboxNow } from './cli/sandbox-now.ts';
import { type Cloud, cloudOf } from './cloud.ts';
import { openKeptCloud } from './kept-cloud.ts';

/** What a folder knows of its catalogs, to be read alone. */
export interface Kept {
  /** Null: nothing was ever synced here. */
  cloud: Pick<Cloud, 'ingest' | 'transform' | 'work'> | null;
  now: EpochMs;
  close(): Promise<void>;
}

const DEFAULT_REGION = 'eu-central-1';

/** The stores of this folder: those of the sandbox that is running, or as the last one left them. Starts no sandbox. */
export const openKept = async (flags: Flags): Promise<Kept> => {
  const running = runningInfo(join(flags.dataDir, LOCK_FILE));
  if (running !== undefined) return atRunning(running);
  const { config } = await configuration(flags, process.env);
  try {
    const kept = await openKeptCloud(flags.dataDir, config.region ?? DEFAULT_REGION);
    return kept ?? { cloud: null, now: epochMs(Date.now()), close: async () => {} };
  } catch (error) {
    // It has started between the two looks.
    if (!(error instanceof SandboxIsRunning) || error.info === null) throw error;
    return atRunning(error.info);
  }
};

const atRunning = async (info: SandboxInfo): Promise<Kept> => ({
  cloud: cloudOf(info),
  now: await sandboxNow(info),
  close: async () => {},
});
