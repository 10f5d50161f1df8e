import { hashOf } from '@catalog-sync/shared/hash.ts';
import type { LandedFile } from '@catalog-sync/shared/records/ingest.ts';
import type { FileValidation, ValidRow } from '@catalog-sync/shared/records/validate.ts';
import { fewOf } from '@catalog-sync/shared/rows/few.ts';
import { readRows } from '@catalog-sync/shared/rows/index.ts';
import { fileReport } from '@catalog-sync/shared/rows/report.ts';
import type { CatalogSettings } from '@catalog-sync/shared/settings.ts';
import type { JudgedFile } from './domain/whole-feeds.ts';
import type { Outside } from './outside.ts';

/** A report names this many findings; the counts in it are of all. */
const MOST_FINDINGS = 10_000;

export interface Judged {
  validation: FileValidation;
  whole: JudgedFile;
  /** NDJSON lines of the valid rows; empty for a refused file. */
  lines: string[];
}

/** Reads one pinned version, judges each row, and leaves the file's report in the work bucket. `place` is its place in the sync. */
export const judgeFile = async (
  file: LandedFile,
  place: number,
  folder: string,
  settings: CatalogSettings,
  { landing, work }: Pick<Outside, 'landing' | 'work'>,
): Promise<Judged | undefined> => {
  const source = await landing.stream(file.key, file.versionId);
  if (source === undefined) return undefined;

  const lines: string[] = [];
  const ids = new Set<string>();
  const few = fewOf(MOST_FINDINGS);

  const reading = readRows(source, { key: file.key, ...(file.rows === null ? {} : { declaredRows: file.rows }) });
  let next = await reading.next();
  while (!next.done) {
    const result = next.value;
    few.add(result.findings);
    if (result.id !== null && file.whole) ids.add(result.id);
    if (result.kind === 'valid') {
      lines.push(JSON.stringify({ file: place, row: result.row, data: result.data } satisfies ValidRow));
    }
    next = await reading.next();
  }
  const summary = next.value;
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
  const idsKey = file.whole ? await putNamed([...ids].map((id) => JSON.stringify(id)).join('\n'), 'ids.ndjson') : '';

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
      idsKey,
    },
    lines: usable ? lines : [],
  };
};
