import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { isProductFile } from '@catalog-sync/ingest/src/domain/landing.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { cloudOf } from '../../cloud.ts';
import { withFile } from '../../file-source.ts';
import { catchSignals } from '../catch-signals.ts';
import { connect } from '../connect.ts';
import { EXIT, WrongUsage } from '../exit.ts';
import { follow } from '../follow.ts';
import { heldText } from '../held-text.ts';
import { notesOf } from '../notes.ts';
import type { Flags } from '../parse.ts';
import { isClean, type RunResult } from '../result.ts';
import { plural, printable, progress } from '../say.ts';

/** Where a file is landed: `data/[<catalog>/][full/]<n>-<basename>`. */
export const landingKey = (file: string, n: number, { catalog, full }: Pick<Flags, 'catalog' | 'full'>): string =>
  `data/${catalog === 'default' ? '' : `${catalog}/`}${full ? 'full/' : ''}${n}-${basename(file)}`;

/** What a file says of itself: of several that are whole together each is a part, or each would end what the others name. */
export const landingMetadata = (n: number, files: number, { full }: Pick<Flags, 'full'>): Record<string, string> =>
  full && files > 1 ? { part: `${n}/${files}` } : {};

/** Lands files, waits until nothing is active and nothing is due, and tells what became of each row. */
export const run = async (files: readonly string[], flags: Flags): Promise<number> => {
  await Promise.all(files.map(mustBeFile));
  const connection = await connect(flags);
  const signals = catchSignals(`stopped: all is kept, the next start on ${flags.dataDir} goes on`);
  try {
    const cloud = cloudOf(connection.info);
    const land = async (): Promise<string[]> => {
      for (const [place, file] of files.entries()) {
        const key = landingKey(file, place + 1, flags);
        progress.line(`landing ${file} as ${key}`);
        const metadata = landingMetadata(place + 1, files.length, flags);
        await withFile(file, (source) => cloud.land(key, source, 'text/csv', metadata));
      }
      return files.map((file, place) => landingKey(file, place + 1, flags));
    };
    const followed = follow(flags.catalog as CatalogName, connection.info, cloud, flags.timeoutMs, land);
    const ended = await Promise.race([followed, signals.stopped]);
    process.stdout.write(flags.json ? `${JSON.stringify(ended.result)}\n` : tell(ended.result));
    if (ended.held) process.stderr.write(heldText(ended.held, flags));
    if (ended.kind === 'stuck') {
      process.stderr.write(`catalog-sync: ${printable(ended.why)}\n`);
      return EXIT.failed;
    }
    const strays = files.filter((file) => !isProductFile(landingKey(file, 1, flags)));
    for (const note of notesOf(ended.finished, strays)) progress.line(note);
    const isThrough = strays.length === 0 && ended.finished.every(({ withheld }) => withheld === 0);
    return isThrough && isClean(ended.result) ? EXIT.done : EXIT.findings;
  } catch (error) {
    if (connection.own || (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
    throw new Error(
      `the sandbox of another command that this one used has ended: all is kept, the next start on ${flags.dataDir} goes on`,
      { cause: error },
    );
  } finally {
    await connection.close();
    signals.release();
  }
};

export const mustBeFile = async (file: string): Promise<void> => {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new WrongUsage(`${file} is no file that can be read: is the name right?`);
};

/** The counts, as people read them. */
export const tell = ({ syncs, rows, items, batches, alerts }: RunResult): string => {
  const lines = [
    ...syncs.flatMap(({ id, status, files }) => [
      `${id}: ${status}, ${plural(files.length, 'file')}`,
      ...files.flatMap(({ key, outcome, reportKey }) =>
        reportKey === null ? [] : [`         ${outcome} ${key}, report: ${reportKey}`],
      ),
    ]),
    `rows:    ${rows.landed} landed = ${rows.valid} valid + ${rows.rejected} rejected`,
    `         ${rows.valid} valid = ${rows.accepted} accepted + ${rows.unchanged} unchanged + ${rows.superseded} superseded + ${rows.errored} errored + ${rows.held} held + ${rows.carried} carried`,
    `items:   ${items.sent} sent, ${items.deleted} deleted, in ${plural(batches.length, 'batch', 'batches')}`,
    ...batches.map(
      ({ batchId, handle, items: size, status }) =>
        `         ${batchId}: ${plural(size, 'item')}, ${status}${handle === null ? '' : `, handle ${handle.slice(0, 12)}…`}`,
    ),
    ...alerts.map(({ kind, state, subject }) => `alert:   ${kind}${state === 'open' ? '' : ` (${state})`}: ${subject}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
};
