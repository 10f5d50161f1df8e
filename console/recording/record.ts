import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@catalog-sync/sandbox/start.ts';
import { graphClient } from '@catalog-sync/shared/adapters/meta/graph-client.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { catchSignals } from '../cli/catch-signals.ts';
import { landingKey } from '../cli/commands/run.ts';
import { follow } from '../cli/follow.ts';
import { progress } from '../cli/say.ts';
import { cloudOf } from '../cloud.ts';
import type { Patient } from '../doctor/patient.ts';
import { FEEDS, type Feed, IDS } from './feeds.ts';
import { type Mask, SOME_CATALOG } from './mask.ts';
import type { Exchange, RecordedSync, Recording } from './recording.ts';
import { openRecordingProxy, type RecordingProxy } from './recording-proxy.ts';
import { tidyUp } from './tidy-up.ts';

const CATALOG = 'default' as CatalogName;
const CALL_MS = 60_000;

/**
 * Lets a sandbox of its own, which knows of nothing but the recorder's products and so can delete no others, sync the
 * feeds through the proxy; then deletes what is left of them.
 */
export const record = async (
  patient: Pick<Patient, 'place' | 'secret'>,
  { mask, timeoutMs, recordedAgainst }: { mask: Mask; timeoutMs: number; recordedAgainst: string },
): Promise<Recording> => {
  const proxy = await openRecordingProxy(patient.place.graph, mask);
  const { stopped, release } = catchSignals('stopped by a signal');
  try {
    let syncs: RecordedSync[] = [];
    let tidiedUp: Exchange[] = [];
    try {
      syncs = await inSandbox(patient, proxy, (sandbox) =>
        Promise.race([stopped, syncFeeds(sandbox, proxy, timeoutMs)]),
      );
    } finally {
      tidiedUp = await leaveNothing(patient, proxy);
    }
    const { version: graphVersion } = patient.place;
    const recordedAt = new Date().toISOString();
    return { recordedAgainst, recordedAt, graphVersion, catalogId: SOME_CATALOG, syncs, tidiedUp };
  } finally {
    release();
    await proxy.close();
  }
};

const inSandbox = async <A>(
  { place, secret: { accessToken, appSecret } }: Pick<Patient, 'place' | 'secret'>,
  proxy: RecordingProxy,
  run: (sandbox: Sandbox) => Promise<A>,
): Promise<A> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'catalog-sync-recording-'));
  try {
    const sandbox = await startSandbox({
      dataDir,
      config: { catalogs: { [CATALOG]: { metaCatalogId: place.catalogId } }, metaGraphVersion: place.version },
      graphUrl: proxy.url,
      env: { META_ACCESS_TOKEN: accessToken, ...(appSecret === null ? {} : { META_APP_SECRET: appSecret }) },
      log: progress.line,
    });
    try {
      return await run(sandbox);
    } finally {
      await sandbox.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
};

const syncFeeds = async ({ info }: Sandbox, proxy: RecordingProxy, timeoutMs: number): Promise<RecordedSync[]> => {
  const cloud = cloudOf(info);
  const syncs: RecordedSync[] = [];
  for (const { name, full, text } of FEEDS) {
    const key = keyOf({ name, full });
    const ended = await follow(CATALOG, info, cloud, timeoutMs, async () => {
      progress.line(`landing ${key}`);
      await cloud.landing.put(key, text, { contentType: 'text/csv' });
      return [key];
    });
    if (ended.kind === 'stuck') throw new Error(ended.why);
    syncs.push({ landed: [{ key, text }], exchanges: proxy.take(), result: ended.result });
  }
  return syncs;
};

const keyOf = ({ name, full }: Pick<Feed, 'name' | 'full'>): string => landingKey(name, 1, { catalog: CATALOG, full });

/** A header-only feed would delete nothing, for it may be a cut one: the last products are ended by a call of our own. */
const leaveNothing = async (
  { place, secret }: Pick<Patient, 'place' | 'secret'>,
  proxy: RecordingProxy,
): Promise<Exchange[]> => {
  proxy.take();
  progress.line(`deleting ${IDS.join(', ')}, by a call of the recorder itself`);
  const graph = graphClient({
    baseUrl: proxy.url,
    version: place.version,
    httpTimeoutMs: CALL_MS,
    secrets: { meta: async () => secret },
  });
  const left = await tidyUp(graph, place.catalogId, IDS);
  if (left !== null) progress.line(`${left}: see that none of them is left in the catalog`);
  return proxy.take();
};
