import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startDynamoDb } from '@catalog-sync/sandbox/aws/dynamodb/server.ts';
import { startS3 } from '@catalog-sync/sandbox/aws/s3/server.ts';
import { closers } from '@catalog-sync/sandbox/process/closers.ts';
import { LOCK_FILE, lockFolder } from '@catalog-sync/sandbox/process/folder-lock.ts';
import { keptClock } from '@catalog-sync/sandbox/process/kept-clock.ts';
import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { type Cloud, storesOf } from './cloud.ts';

/** A folder's buckets and tables while no sandbox runs on it. */
export interface KeptCloud {
  cloud: Pick<Cloud, 'ingest' | 'transform' | 'work'>;
  now: EpochMs;
  close(): Promise<void>;
}

/**
 * Only its two stores are started, no function and no schedule: a whole sandbox would go on with what is unfinished there,
 * and send. Undefined where no sandbox ever was; fails with `SandboxIsRunning` when another process owns the folder.
 */
export const openKeptCloud = async (dataDir: string, region: string): Promise<KeptCloud | undefined> => {
  if (!existsSync(join(dataDir, 's3')) || !existsSync(join(dataDir, 'dynamodb'))) return undefined;
  const common = { region, accountId: '000000000000', beforeWrite: () => {} };
  const closing = closers();
  const lock = await lockFolder(dataDir, join(dataDir, LOCK_FILE));
  closing.add(lock.release);
  try {
    const { clock } = keptClock(join(dataDir, 'clock.json'));
    closing.add(clock.stop);
    const dynamodb = await startDynamoDb({ ...common, dir: join(dataDir, 'dynamodb'), clock });
    closing.add(dynamodb.close);
    // Events of the process before that were to come late stay where they are.
    const ready = new Promise<void>(() => {});
    const s3 = await startS3({ ...common, dir: join(dataDir, 's3'), clock, ready, onEvent: () => {} });
    closing.add(s3.close);
    const cloud = await storesOf({ region, s3: s3.url, dynamodb: dynamodb.url });
    if (cloud !== undefined) return { cloud, now: epochMs(clock.now()), close: closing.closeAll };
  } catch (error) {
    await closing.closeAll();
    throw error;
  }
  await closing.closeAll();
  return undefined;
};
