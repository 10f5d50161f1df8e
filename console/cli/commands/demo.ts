import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOCK_FILE, runningInfo } from '@catalog-sync/sandbox/process/folder-lock.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import { type Cloud, cloudOf } from '../../cloud.ts';
import { startOwn } from '../connect.ts';
import { EXIT } from '../exit.ts';
import { follow } from '../follow.ts';
import type { Flags } from '../parse.ts';
import { printable, progress } from '../say.ts';
import { tell } from './run.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** Lands the examples in a fresh sandbox, waits, tells what happened, and leaves copies of all that was written. */
export const demo = async (flags: Flags): Promise<number> => {
  const folder = join(flags.dataDir, 'demo');
  const results = join(folder, 'results');
  await emptyFolder(folder);
  const sandbox = await startOwn(flags, folder);
  try {
    const cloud = cloudOf(sandbox.info);
    const ended = await follow(flags.catalog as CatalogName, sandbox.info, cloud, flags.timeoutMs, () =>
      landExamples(cloud),
    );
    if (ended.kind === 'stuck') throw new Error(ended.why);
    await copyOut(cloud.synced, '', join(results, 'synced-products'));
    for (const folderName of ['archive/', 'refused/'])
      await copyOut(cloud.landing, folderName, join(results, 'landing'));
    const items = await (
      await fetch(`${sandbox.info.graph}/_emulator/catalogs/${sandbox.info.catalogs[flags.catalog]}/items`)
    ).json();
    await writeFile(join(results, 'catalog.json'), JSON.stringify(items, null, 1));
    process.stdout.write(
      flags.json
        ? `${JSON.stringify(ended.result)}\n`
        : `\n${tell(ended.result)}${whereThingsLie(results, ended.finished, sandbox.info.outboxDir)}`,
    );
    return EXIT.done;
  } finally {
    await sandbox.stop();
  }
};

/** The five products of a small shop, a thousand in three overlapping files, and a file with every kind of bad row. */
const landExamples = async (cloud: Cloud): Promise<string[]> => {
  const thousand = (await readdir(join(EXAMPLES, 'thousand'))).sort().map((name) => `thousand/${name}`);
  const files = ['small-shop.csv', ...thousand, 'bad-rows.csv'];
  const keys = files.map((file) => `data/${file}`);
  for (const [place, file] of files.entries()) {
    progress.line(`landing examples/${file}`);
    await cloud.landing.put(keys[place] ?? file, await readFile(join(EXAMPLES, file)), { contentType: 'text/csv' });
  }
  return keys;
};

/** Copies what lies below a prefix into a folder, so that it can be looked at as files. */
const copyOut = async (objects: Objects, prefix: string, folder: string): Promise<void> => {
  for await (const { key, versionId } of objects.versions(prefix)) {
    const to = join(folder, key);
    if (relative(folder, to).startsWith('..')) continue;
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, (await objects.read(key, versionId)) ?? '');
  }
};

const whereThingsLie = (results: string, finished: readonly { id: string; day: string }[], outbox: string): string => {
  const days = finished.map(({ day, id }) => join(results, 'synced-products', day, id));
  return [
    '',
    'Where things lie:',
    ...days.map((folder) => `  report, sent JSON, verdicts  ${folder}/`),
    `  archived inputs, row reports ${join(results, 'landing')}/`,
    `  what Meta holds now          ${join(results, 'catalog.json')}`,
    `  alerts that would have gone  ${outbox}/`,
    '',
  ]
    .map(printable)
    .join('\n');
};

/** A demo begins with nothing; a folder on which a sandbox is running is left to it. */
const emptyFolder = async (folder: string): Promise<void> => {
  if (runningInfo(join(folder, LOCK_FILE)) !== undefined)
    throw new Error(`a sandbox is running on ${folder}: stop it first`);
  await rm(folder, { recursive: true, force: true });
};
