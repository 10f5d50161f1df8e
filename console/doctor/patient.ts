import { join } from 'node:path';
import { LOCK_FILE, runningInfo } from '@catalog-sync/sandbox/process/folder-lock.ts';
import type { SandboxInfo } from '@catalog-sync/sandbox/start.ts';
import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import type { MetaSecret } from '@catalog-sync/shared/ports/secrets.ts';
import { type Configuration, configuration } from '../cli/configuration.ts';
import { connect } from '../cli/connect.ts';
import type { Flags } from '../cli/parse.ts';
import { sandboxNow } from '../cli/sandbox-now.ts';
import { cloudOf } from '../cloud.ts';
import { metaOf } from '../meta-of.ts';
import { viewCatalog } from '../sync-view.ts';
import type { Breaker, Place } from './facts.ts';

/** What is looked at: where Meta is, with what we go there, and the sandbox that runs here. */
export interface Patient {
  place: Place;
  secret: MetaSecret;
  breaker: Breaker | null;
  now: EpochMs;
  close(): Promise<void>;
}

/** What a sandbox speaks, too, when nothing is said. */
const DEFAULT_VERSION = 'v26.0';
/** A token as it can stand in a header. */
const USABLE = /^[\x21-\x7e]+$/;

/** Settings that cannot be read. */
export class SettingsUnreadable extends Error {}

/**
 * The Graph API that the settings name, with the environment's secret; else that of the sandbox of this folder, with the
 * sandbox's. For a named one no sandbox is started: one that goes on with an unfinished sync would send.
 */
export const openPatient = async (flags: Flags, environment: NodeJS.ProcessEnv): Promise<Patient> => {
  const { config, graphUrl } = await configuration(flags, environment).catch((error: Error) => {
    throw new SettingsUnreadable(error.message);
  });
  return graphUrl === null ? atSandbox(flags) : atGraph(graphUrl, config, flags, environment);
};

const atSandbox = async (flags: Flags): Promise<Patient> => {
  const { info, close } = await connect(flags);
  try {
    const { secret, version } = await metaOf(info);
    return {
      ...placeOf(info.graph, version, flags.catalog, info.catalogs[flags.catalog] ?? '', secret),
      ...(await stateOf(info, flags.catalog)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

const atGraph = async (
  graph: string,
  { catalogs, metaGraphVersion }: Configuration,
  { catalog, dataDir }: Flags,
  { META_ACCESS_TOKEN = '', META_APP_SECRET = '' }: NodeJS.ProcessEnv,
): Promise<Patient> => {
  const secret = {
    accessToken: META_ACCESS_TOKEN,
    appSecret: META_APP_SECRET === '' ? null : META_APP_SECRET,
    version: 'environment',
  };
  const metaCatalogId = catalogs[catalog]?.metaCatalogId ?? '';
  const running = runningInfo(join(dataDir, LOCK_FILE));
  return {
    ...placeOf(graph.replace(/\/+$/, ''), metaGraphVersion ?? DEFAULT_VERSION, catalog, metaCatalogId, secret),
    ...(running !== undefined && Object.hasOwn(running.catalogs, catalog)
      ? await stateOf(running, catalog)
      : { breaker: null, now: epochMs(Date.now()) }),
    close: async () => {},
  };
};

const placeOf = (
  graph: string,
  version: string,
  catalog: string,
  catalogId: string,
  given: MetaSecret,
): Pick<Patient, 'place' | 'secret'> => {
  const secret = { ...given, accessToken: given.accessToken.trim() };
  const { accessToken, appSecret } = secret;
  const token = accessToken === '' ? 'missing' : USABLE.test(accessToken) ? 'given' : 'unusable';
  return { place: { graph, version, catalog, catalogId, token, appSecret: appSecret !== null }, secret };
};

const stateOf = async (info: SandboxInfo, catalog: string): Promise<Pick<Patient, 'breaker' | 'now'>> => ({
  breaker: await viewCatalog(catalog as CatalogName, cloudOf(info)),
  now: await sandboxNow(info),
});
