import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { LandedFile } from '@catalog-sync/shared/records/ingest.ts';
import type { FileValidation, RowsPart } from '@catalog-sync/shared/records/validate.ts';
import { MAPPING_VERSION, readItems } from '@catalog-sync/shared/rows/engine/index.ts';
import type { Few } from '@catalog-sync/shared/rows/few.ts';
import type { FileSummary } from '@catalog-sync/shared/rows/finding.ts';
import { fileReport } from '@catalog-sync/shared/rows/report.ts';
import type { CatalogSettings } from '@catalog-sync/shared/settings.ts';
import type { JudgedFile } from './domain/whole-feeds.ts';
import { type Judging, judgeBlocks } from './judge-blocks.ts';
import type { Outside } from './outside.ts';

export interface Judged {
  validation: FileValidation;
  whole: JudgedFile;
  /** Its rows; none of a refused file. */
  parts: RowsPart[];
}

/** What was read of a file, in one go or in shards. */
export interface ReadFile {
  summary: FileSummary;
  /** Of the rows. */
  few: Few;
  parts: RowsPart[];
}

/** Writes a file's report, and says whether the file is used. */
export const concludeFile = async (
  file: LandedFile,
  place: number,
  { summary, few, parts }: ReadFile,
  folder: string,
  settings: CatalogSettings,
  work: Pick<Outside['work'], 'putOnce'>,
): Promise<Judged> => {
  few.add(summary.findings);
  const findings = few.kept();
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
      place,
      usable,
      rows: summary.rows,
      cut: summary.cut,
      finalNewline: summary.finalNewline,
      unreadableIds: summary.unreadableIds,
    },
    parts: usable ? parts : [],
  };
};

/**
 * Reads one pinned version, judges each row, and leaves its rows and its report in the work bucket, in memory that does
 * not grow with the file. `place` is its place in the sync. Whether it is usable shows at its end: nobody names the rows of
 * one that is not, and the bucket's lifecycle removes them.
 */
export const judgeFile = async (
  file: LandedFile,
  place: number,
  judging: Judging,
  settings: CatalogSettings,
  needs: Pick<Outside, 'landing' | 'work' | 'sizes'>,
  /** Called now and then while it goes on. */
  goesOn: () => Promise<void>,
): Promise<Judged | undefined> => {
  const source = await needs.landing.stream(file.key, file.versionId);
  if (source === undefined) return undefined;
  const declared = file.rows === null ? {} : { declaredRows: file.rows };
  const reading = readItems(telling(source, goesOn), { key: file.key, mappingVersion: MAPPING_VERSION, ...declared });
  const { summary, few, parts } = await judgeBlocks(reading, { place, whole: file.whole }, judging, needs);
  const read = { summary, few, parts: parts.map((part) => ({ ...part, rowsBefore: 0 })) };
  return concludeFile(file, place, read, judging.folder, settings, needs.work);
};

async function* telling(source: AsyncIterable<Uint8Array>, goesOn: () => Promise<void>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    await goesOn();
    yield chunk;
  }
}
