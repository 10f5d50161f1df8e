import { readFile } from 'node:fs/promises';
import { CALLS_PER_HOUR } from '@catalog-sync/sandbox/meta/settings.ts';
import { readSettings } from '@catalog-sync/shared/settings.ts';
import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { WrongUsage } from './exit.ts';
import type { Flags } from './parse.ts';

const Configuration = t.intersection([
  t.type({ catalogs: t.record(t.string, t.intersection([t.type({ metaCatalogId: t.string }), t.UnknownRecord])) }),
  t.partial({ region: t.string, alertEmail: t.string, metaGraphUrl: t.string, metaGraphVersion: t.string }),
]);
export type Configuration = t.TypeOf<typeof Configuration>;

/**
 * The settings in force: environment, then the file, then flags; the last wins. Throws one sentence that says which file
 * and what is wrong in it.
 */
export const configuration = async (
  flags: Pick<Flags, 'config' | 'catalog' | 'graphUrl'>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ config: Configuration; graphUrl: string | null }> => {
  const file = flags.config === null ? null : await readConfiguration(flags.config);
  const graphUrl = flags.graphUrl ?? file?.metaGraphUrl ?? environment.META_GRAPH_URL ?? null;
  const base = file ?? unconfigured(environment.META_CATALOG_ID, graphUrl === null);
  readSettings(base.catalogs);
  if (!Object.hasOwn(base.catalogs, flags.catalog)) {
    throw new WrongUsage(
      `the settings know no catalog "${flags.catalog}", only: ${Object.keys(base.catalogs).join(', ')}`,
    );
  }
  const version = file?.metaGraphVersion ?? environment.META_GRAPH_VERSION;
  return {
    config: version === undefined ? base : { ...base, metaGraphVersion: version },
    graphUrl,
  };
};

/** What there is when nothing is configured: one catalog. Nobody waits for an emulator; at Meta the least that it grants holds. */
const unconfigured = (metaCatalogId = '1000000000000001', atEmulator: boolean): Configuration => ({
  catalogs: { default: { metaCatalogId, ...(atEmulator ? { callsPerHour: CALLS_PER_HOUR } : {}) } },
});

const readConfiguration = async (path: string): Promise<Configuration> => {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new WrongUsage(
      `--config ${path} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const decoded = Configuration.decode(json);
  if (isLeft(decoded))
    throw new WrongUsage(`--config ${path} must hold {"catalogs": {"default": {"metaCatalogId": "…"}}}`);
  return decoded.right;
};
