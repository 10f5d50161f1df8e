import { allCodes } from '../../../shared/rows/codes.ts';
import { requiredColumns } from '../../../shared/rows/contract.ts';
import type { FileSummary, Finding, RowResult } from '../../../shared/rows/finding.ts';
import type { ReadOptions, readRows } from '../../../shared/rows/read-rows.ts';
import { look } from '../look.ts';
import type { Random } from '../random.ts';
import { must } from '../target.ts';

export type Reader = typeof readRows;

export interface ReadAll {
  rows: RowResult[];
  summary: FileSummary;
}

/** A file's bytes in pieces, as a network gives them. Each piece may be asked for once, and nothing behind the end. */
export const inPieces = async function* (bytes: Uint8Array, sizeOfNext: () => number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const size = sizeOfNext();
    yield bytes.subarray(at, at + size);
    at += size;
  }
};

/** Any splitting: empty pieces, single bytes, large ones. */
export const anySplit =
  (random: Random, largest: number): (() => number) =>
  () =>
    random.oneIn(10) ? 0 : 1 + random.below(random.oneIn(3) ? largest : 8);

export const readAll = async (
  reader: Reader,
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): Promise<ReadAll> => {
  const reading = reader(source, options);
  const rows: RowResult[] = [];
  for (;;) {
    const next = await reading.next();
    if (next.done === true) return { rows, summary: next.value };
    rows.push(next.value);
  }
};

const codes: ReadonlySet<string> = new Set(allCodes);
const requiredFields = requiredColumns.map(({ field }) => field as string);

/** A finding for each of 45 cells that hold one letter takes about 250 characters; one for a row a few hundred. */
const mostSaid = (bytes: number): number => 65_536 + 600 * bytes;

const checkFinding = ({ code, message, remedy, line }: Finding): void => {
  must(codes.has(code), 'codes are of the closed list', () => code);
  must(message !== '' && remedy !== '', 'every finding says what is wrong and what to do', () => code);
  must(message.length + remedy.length < 5_000, 'messages are short', () => `${message.length} characters`);
  must(Number.isInteger(line) && line >= 1, 'every finding names a line', () => `${code} in line ${line}`);
};

const checkRow = (row: RowResult): void => {
  row.findings.forEach(checkFinding);
  const wrong = row.findings.some(({ severity }) => severity === 'error');
  must(row.kind === 'valid' ? !wrong : wrong, 'a row is valid or says why not', () => JSON.stringify(row));
  const { id } = row;
  must(
    id === null || (id !== '' && id.length <= 100 && id === id.trim() && !id.includes('\0')),
    'an id is one that can be believed',
    () => JSON.stringify(id),
  );
  if (row.kind !== 'valid') return;
  must(row.data.id === row.id, 'a valid row goes out under its own id', () => JSON.stringify(row));
  const fields = Object.keys(row.data);
  must(
    requiredFields.every((field, n) => fields[n] === field),
    'a valid row has the required fields, in their order',
    () => fields.join(', '),
  );
  must(!JSON.stringify(row.data).includes('\\u0000'), 'no NUL goes to Meta', () => JSON.stringify(row));
};

/** What holds for every reading of `lines` lines in `bytes` bytes (unpacked). */
export const checkReading = ({ rows, summary }: ReadAll, bytes: number, lines: number): void => {
  summary.findings.forEach(checkFinding);
  rows.forEach(checkRow);
  must(
    look(rows).size + look(summary).size <= mostSaid(bytes),
    'what is said is not much longer than the file',
    () => `${bytes} bytes`,
  );
  must(summary.valid + summary.rejected === summary.rows, 'the counts add up', () => JSON.stringify(summary));
  must(
    rows.every(({ row, line }, n) => row === n + 1 && line <= lines && line > (rows[n - 1]?.line ?? 0)),
    'rows are numbered as they stand',
    () => rows.map(({ row, line }) => `${row}:${line}`).join(' '),
  );
  if (!summary.usable) {
    must(
      summary.findings.some(({ severity }) => severity === 'error'),
      'a refused file says why',
      () => JSON.stringify(summary),
    );
    must(summary.rows === 0, 'a refused file has no rows', () => JSON.stringify(summary));
    return;
  }
  must(rows.length === summary.rows, 'every row is given', () => `${rows.length} of ${summary.rows}`);
  const valid = rows.filter(({ kind }) => kind === 'valid').length;
  must(valid === summary.valid, 'valid rows are counted right', () => `${valid}, not ${summary.valid}`);
  const unreadable = rows.filter(({ id }) => id === null).length;
  must(unreadable === summary.unreadableIds, 'unreadable ids are counted right', () => `${unreadable}`);
};

/** The kind of a reading: which codes were found, and how the file ended. */
export const kindOf = ({ rows, summary }: ReadAll): string => {
  const found = [...summary.findings, ...rows.flatMap(({ findings }) => findings)].map(({ code }) => code);
  const end = `${summary.usable}${summary.cut}${summary.finalNewline}`;
  return `${end} ${Math.min(3, summary.valid)} ${[...new Set(found)].toSorted().join(' ')}`;
};
