import { type Facts, type Landed, pointerSync, recordOf } from './facts.ts';

/** I3: before a landed version goes, its copy is there, whole, and its sync is settled. */
export const checkDeletion = async (facts: Facts, { key, versionId, catalog }: Landed): Promise<void> => {
  const { broken, landing } = facts;
  const original = await landing.truth.read(key, versionId);
  if (original === undefined) return;
  const file = recordOf(facts, 'ingest', `file#${catalog}`, `${key}#${versionId}`);
  const sync = Number(file?.sync ?? 0);
  if (sync === 0 || pointerSync(facts, catalog) < sync)
    return broken('I3', `${key} ${versionId} goes before its sync ${sync} is settled`);
  for await (const version of landing.truth.versions('')) {
    if (version.key.startsWith('data/')) continue;
    const copy = await landing.truth.head(version.key, version.versionId);
    if (copy?.metadata['source-version'] !== versionId || !version.key.includes(nameBelow(key))) continue;
    const text = await landing.truth.read(version.key, version.versionId);
    if (text !== undefined && Buffer.compare(text, original) === 0) return;
  }
  broken('I3', `${key} ${versionId} goes and no copy of it is there`);
};

/** The path below data/ without its ending: what every name of a copy holds. */
const nameBelow = (key: string): string => key.slice('data/'.length).replace(/\.csv(\.gz)?$/i, '');
