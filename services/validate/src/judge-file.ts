import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { LandedFile } from '@catalog-sync/shared/records/ingest.ts';
import type { FileValidation, RowsPart } from '@catalog-sync/shared/records/validate.ts';
import { type ItemBlock, idOfItem, itemHead, readItems, VALID } from '@catalog-sync/shared/rows/engine/index.ts';
import { fewOf } from '@catalog-sync/shared/rows/few.ts';
import { fileReport } from '@catalog-sync/shared/rows/report.ts';
import type { CatalogSettings } from '@catalog-sync/shared/settings.ts';
import { type Chunks, openChunks } from './chunks.ts';
import type { JudgedFile } from './domain/whole-feeds.ts';
import type { Outside } from './outside.ts';

/** A report names this many findings; the counts in it are of all. */
const MOST_FINDINGS = 10_000;

export interface Judged {
  validation: FileValidation;
  whole: JudgedFile;
  /** The valid rows; none of a refused file. */
  parts: RowsPart[];
}

const NOTHING = Buffer.alloc(0);
/** The items that follow each other in a block are `{"method":"UPDATE","data":{…}}`; a row's line holds the data. */
const addRows = (rows: Chunks, { bytes, count, ends, firstRow, starts, verdicts }: ItemBlock, file: number): void => {
  for (let place = 0; place < count; place += 1) {
    if (verdicts[place] !== VALID) continue;
    const head = `{"file":${file},"row":${firstRow + place},"data":`;
    rows.line(head, bytes, starts[place]! + itemHead.length, ends[place]! - 1, '}');
  }
};

/** Every id that can be read, also of rejected rows; one that comes again stands there again. */
const addIds = (ids: Chunks, block: ItemBlock): void => {
  const add = (id: string): void => ids.line(JSON.stringify(id), NOTHING, 0, 0, '');
  for (let place = 0; place < block.count; place += 1) if (block.verdicts[place] === VALID) add(idOfItem(block, place));
  for (const { kind, id } of block.told) if (kind === 'rejected' && id !== null) add(id);
};

/**
 * Reads one pinned version, judges each row, and leaves its valid rows and its report in the work bucket, in memory that does
 * not grow with the file. `place` is its place in the sync. Whether it is usable shows at its end: nobody names the rows of
 * one that is not, and the bucket's lifecycle removes them.
 */
export const judgeFile = async (
  file: LandedFile,
  place: number,
  folder: string,
  settings: CatalogSettings,
  { landing, work }: Pick<Outside, 'landing' | 'work'>,
): Promise<Judged | undefined> => {
  const source = await landing.stream(file.key, file.versionId);
  if (source === undefined) return undefined;

  const rows = openChunks(`${folder}rows`, work);
  const ids = openChunks(`${folder}ids`, work);
  const few = fewOf(MOST_FINDINGS);

  const reading = readItems(source, { key: file.key, ...(file.rows === null ? {} : { declaredRows: file.rows }) });
  let next = await reading.next();
  while (!next.done) {
    const block = next.value;
    for (const { findings } of block.told) few.add(findings);
    addRows(rows, block, place);
    if (file.whole) addIds(ids, block);
    await rows.flush();
    await ids.flush();
    next = await reading.next();
  }
  const summary = next.value;
  few.add(summary.findings);
  const findings = few.kept();
  const parts = (await rows.end()).map(({ key, lines }): RowsPart => ({ partition: 0, key, rows: lines }));
  const idsKeys = (await ids.end()).map(({ key }) => key);

  const badRow = summary.rejected > 0 && settings.onBadRow === 'refuse-file';
  const usable = summary.usable && !badRow;
  const fault =
    summary.findings.find(({ severity }) => severity === 'error') ??
    findings.find(({ severity }) => severity === 'error');
  const putNamed = async (body: string, ending: string): Promise<string> => {
    const key = `${folder}${hashOf([file.key, file.versionId, body], 16)}.${ending}`;
    await work.putOnce(key, body);
    return key;
  };
  const report = {
    ...fileReport({ key: file.key, versionId: file.versionId, usable, summary, findings }),
    counts: few.counts(),
    omitted: few.omitted(),
  };
  const reportKey = findings.length > 0 ? await putNamed(JSON.stringify(report, null, 1), 'report.json') : null;

  return {
    validation: {
      key: file.key,
      versionId: file.versionId,
      order: file.order,
      outcome: usable ? 'usable' : 'refused',
      landed: summary.rows,
      valid: summary.valid,
      rejected: summary.rejected,
      reportKey,
      why: usable
        ? null
        : `${badRow && summary.usable ? 'one bad row refuses the file: ' : ''}${fault?.message ?? 'it cannot be used'}`,
    },
    whole: {
      file,
      usable,
      rows: summary.rows,
      cut: summary.cut,
      finalNewline: summary.finalNewline,
      unreadableIds: summary.unreadableIds,
      idsKeys,
    },
    parts: usable ? parts : [],
  };
};
