import { isUtf8 } from 'node:buffer';
import type { ItemData } from '../catalog/item.ts';
import { type BytesEnd, openBytes } from './bytes.ts';
import { cellsOf } from './cells.ts';
import { type FileSummary, type Finding, finding, type RowResult } from './finding.ts';
import { append, type Framed, nextRow, openWindow, skipLine, type Window } from './frame.ts';
import { type Layout, readHeader } from './header.ts';
import { judgeRow, readableId } from './judge-row.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { shown } from './show.ts';

export interface ReadOptions {
  /** The object's key; `.gz` at its end says gzip, as the first bytes of the file do. */
  key: string;
  /** Rows that the file's metadata declares. */
  declaredRows?: number;
  limits?: Partial<Limits>;
}

/** The record of an `items_batch` call that a valid row becomes. */
export const itemOf = (data: ItemData): { method: 'UPDATE'; data: ItemData } => ({ method: 'UPDATE', data });

type Row = Extract<Framed, { kind: 'record' | 'bad-quote' }>;

const utf8Remedy = 'Save or export the file as "CSV UTF-8" and upload it again.';

/** What the first bytes say about a file that is no CSV in UTF-8. */
const foreign = (first: Buffer): Finding | undefined => {
  const notUtf8 = (message: string) => finding({ line: 1 }, 'not-utf8', message, utf8Remedy);
  const [a, b, c, d] = first;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return notUtf8('The file is written in UTF-16.');
  if ((a !== 0 && b === 0 && c !== 0 && d === 0) || (a === 0 && b !== 0 && c === 0 && d !== 0))
    return first.length >= 4 ? notUtf8('The file seems to be written in UTF-16.') : undefined;
  if (a === 0x50 && b === 0x4b && c === 3 && d === 4)
    return finding(
      { line: 1 },
      'unreadable',
      'The file is a zip archive or an Excel workbook, not a CSV.',
      'Export it as CSV (in Excel: Save as, "CSV UTF-8") and upload that file.',
    );
  return undefined;
};

/** Bytes at the end that begin a character and do not finish it. */
const tornCharacter = (bytes: Buffer): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
};

/** The first physical line that is not UTF-8, of bytes that are not. */
const lineOfFault = (bytes: Buffer, firstLine: number): number => {
  let line = firstLine;
  let start = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 10 && (bytes[i] !== 13 || bytes[i + 1] === 10)) continue;
    if (!isUtf8(bytes.subarray(start, i))) return line;
    start = i + 1;
    line++;
  }
  return line;
};

const isComment = ({ bytes, at }: Window): boolean =>
  bytes[at] === 0x23 || (bytes[at] === 0x22 && bytes[at + 1] === 0x23);

/** The id of a row that was not cut well: only when nothing before it and behind it can have moved it. */
const idOfRagged = (layout: Layout, multiline: boolean, firstCell: string | undefined): string | null =>
  layout.idIndex === 0 && !multiline ? readableId(firstCell) : null;

/** The first cell of a line whose quotes go wrong later on. */
const firstCellOf = (line: string): string | undefined => (/^"([^"]*)",/.exec(line) ?? /^([^",]*),/.exec(line))?.[1];

/**
 * Reads, judges and maps the rows of one landed CSV, in constant memory but for the watched ids.
 *
 * A file that cannot be used (`usable: false`) gives no rows when its start shows that. What only shows later on (bytes
 * that are not UTF-8, a size over a limit) ends the reading: rows given before must then be dropped.
 * Never throws for what a file holds; what the source throws goes through.
 */
export async function* readRows(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): AsyncGenerator<RowResult, FileSummary> {
  const limits = { ...defaultLimits, ...options.limits };
  const window = openWindow();
  const findings: Finding[] = [];
  const seen = new Map<string, number>();
  let columns: string[] = [];
  let layout: Layout | undefined;
  let rows = 0;
  let valid = 0;
  let rejected = 0;
  let unreadableIds = 0;
  let lastByte: number | undefined;
  let cut = false;
  let opened = false;
  let end: BytesEnd | undefined;

  const isFinalNewline = () => lastByte === 10 || lastByte === 13;
  const refused = (...reasons: Finding[]): FileSummary => ({
    usable: false,
    findings: [...findings.filter(({ severity }) => severity === 'warning'), ...reasons],
    rows: 0,
    valid: 0,
    rejected: 0,
    cut,
    finalNewline: isFinalNewline(),
    unreadableIds: 0,
    columns,
  });
  const tooLarge = (line: number, message: string) =>
    refused(finding({ line }, 'too-large', message, 'Split the file, or ask whoever made the export what went wrong.'));
  const unreadable = (message: string, remedy: string) =>
    refused(finding({ line: window.line }, 'unreadable', message, remedy));
  const longRow = (line: number) =>
    tooLarge(line, `The row that starts here is longer than ${limits.recordBytes} bytes.`);

  const setAside = (place: { line: number; row: number }, id: string | null, reasons: Finding[]): RowResult => ({
    kind: 'rejected',
    ...place,
    id,
    findings: reasons,
  });

  const judgeFramed = (framed: Row, cells: readonly string[], { width, ...rest }: Layout, torn: boolean): RowResult => {
    const place = { line: framed.line, row: ++rows };
    if (framed.kind === 'bad-quote') {
      const text = window.bytes.subarray(framed.start, Math.min(framed.end, framed.start + 4_096)).toString();
      const id = idOfRagged({ width, ...rest }, framed.multiline, firstCellOf(text));
      return setAside(place, id, [
        finding(
          { ...place, retailerId: id },
          'bad-quote',
          `The quotation marks of this row do not pair up: ${shown(text)}.`,
          'Put quotes around the whole cell and write each quote inside of it twice: "27"" tv".',
        ),
      ]);
    }
    if (cells.length !== width || torn) {
      const id = idOfRagged({ width, ...rest }, framed.multiline, cells[0]);
      const [message, remedy] =
        cells.length === width
          ? ['The file ends in the middle of this row.', 'Upload the whole file again.']
          : [
              `This row has ${cells.length} cells; the header has ${width}.`,
              'Put quotes around cells that hold commas, quotes or line breaks, and give each row a cell for every column.',
            ];
      return setAside(place, id, [finding({ ...place, retailerId: id }, 'ragged-row', message, remedy)]);
    }
    return judgeRow(cells, { width, ...rest }, place.line, place.row);
  };

  const count = (result: RowResult): RowResult => {
    if (result.kind === 'valid') valid++;
    else rejected++;
    const { id, line, row } = result;
    if (id === null) {
      unreadableIds++;
      return result;
    }
    const before = seen.get(id);
    if (before !== undefined)
      result.findings.push(
        finding(
          { line, row, column: 'id', retailerId: id },
          'duplicate-id',
          `The id ${shown(id)} is in line ${before} already.`,
          'Leave one row for each product; of several, the last valid one counts.',
        ),
      );
    else if (seen.size < limits.watchedIds) seen.set(id, line);
    return result;
  };

  const bytes = openBytes(source, options.key, limits);
  try {
    for (;;) {
      if (end === undefined) {
        const read = await bytes.next();
        if (read.done === true) {
          end = read.value;
          if (end.kind === 'too-large') return tooLarge(window.line, end.message);
          window.atEnd = true;
        } else {
          append(window, read.value);
          lastByte = read.value.at(-1);
        }
      }
      const broken = end?.kind === 'broken';
      let torn = broken && !isFinalNewline();

      if (!opened) {
        // UTF-16 without a mark shows in the first four bytes.
        if (window.bytes.length < 4 && !window.atEnd) continue;
        opened = true;
        const wrong = foreign(window.bytes);
        if (wrong !== undefined) return refused(wrong);
        if (window.bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) window.at = 3;
      }
      const regionStart = window.at;
      const regionLine = window.line;

      if (window.atEnd) {
        const tail = tornCharacter(window.bytes.subarray(window.at));
        if (tail > 0) {
          window.bytes = window.bytes.subarray(0, window.bytes.length - tail);
          torn = true;
        }
      }

      let waiting = false;
      while (layout === undefined && !waiting) {
        if (window.bytes.length - window.at < 2 && !window.atEnd) {
          waiting = true;
        } else if (isComment(window)) {
          // A comment may hold anything: quoted as a whole it is a row, otherwise it is one line.
          const quoted = window.bytes[window.at] === 0x22;
          const skipped: Framed['kind'] = quoted
            ? nextRow(window, limits.recordBytes, undefined).kind
            : skipLine(window)
              ? 'record'
              : 'more';
          if (skipped === 'too-large') return longRow(window.line);
          if (skipped === 'more') {
            if (window.bytes.length - window.at > limits.recordBytes) return longRow(window.line);
            waiting = true;
          }
        } else {
          const framed = nextRow(window, limits.recordBytes, undefined);
          if (framed.kind === 'more') waiting = true;
          else if (framed.kind === 'too-large') return longRow(framed.line);
          else if (framed.kind === 'end') {
            if (broken)
              return unreadable(
                'The file is not a whole gzip file.',
                'Upload it again, packed with gzip or as plain CSV.',
              );
            return refused(
              finding(
                { line: 1 },
                'empty-file',
                'The file is empty.',
                'Upload a file with a header and at least one row.',
              ),
            );
          } else {
            const text = window.bytes.subarray(framed.start, framed.end);
            if (!isUtf8(text))
              return refused(finding({ line: framed.line }, 'not-utf8', 'The header is not UTF-8 text.', utf8Remedy));
            if (torn && framed.next === framed.end)
              return unreadable('The file ends in the middle of its header.', 'Upload the whole file again.');
            if (framed.kind === 'bad-quote')
              return unreadable(
                'The quotation marks of the header do not pair up.',
                'Write the column names without quotes, with commas between them.',
              );
            if (framed.cells > limits.columns)
              return refused(
                finding(
                  { line: framed.line },
                  'too-many-columns',
                  `The header has ${framed.cells} columns; at most ${limits.columns} are read.`,
                  'Export only the columns that the catalog needs.',
                ),
              );
            const header = readHeader(cellsOf([text])[0]!, framed.line);
            columns = header.columns;
            findings.push(...header.findings);
            if (header.layout === undefined) return refused(...header.findings);
            layout = header.layout;
          }
        }
      }

      if (layout !== undefined) {
        const framed: Row[] = [];
        for (;;) {
          const next = nextRow(window, limits.recordBytes, layout.width);
          if (next.kind === 'too-large') return longRow(next.line);
          if (next.kind === 'more' || next.kind === 'end') break;
          framed.push(next);
        }
        const region = window.bytes.subarray(regionStart, window.at);
        if (!isUtf8(region))
          return refused(
            finding(
              { line: lineOfFault(region, regionLine) },
              'not-utf8',
              'This line holds bytes that are not UTF-8 text.',
              utf8Remedy,
            ),
          );
        const records = framed.filter((row) => row.kind === 'record');
        const cells = cellsOf(records.map(({ start, end: behind }) => window.bytes.subarray(start, behind)));
        let n = 0;
        for (const row of framed) {
          const isLast = window.atEnd && row === framed.at(-1) && row.next === window.bytes.length;
          const unended = isLast && (row.kind === 'record' ? row.next === row.end : row.open);
          const result = judgeFramed(row, row.kind === 'record' ? cells[n++]! : [], layout, torn && unended);
          if (unended && (torn || row.kind === 'bad-quote' || row.cells < layout.width)) cut = true;
          yield count(result);
        }
      }
      if (window.atEnd) {
        if (broken || torn) cut = true;
        break;
      }
    }
  } finally {
    await bytes.return({ kind: 'whole' });
  }

  // Behind a final line break stands no line.
  const line = isFinalNewline() ? window.line - 1 : window.line;
  if (rows === 0)
    return refused(
      finding({ line }, 'header-only', 'The file has a header and no rows.', 'Upload a file with at least one row.'),
    );
  const { declaredRows } = options;
  const short = declaredRows !== undefined && rows < declaredRows;
  const missingEnd = cut
    ? 'The file breaks off.'
    : short
      ? `The file has ${rows} rows; ${declaredRows} were declared.`
      : declaredRows === undefined && !isFinalNewline()
        ? 'The file does not end with a line break, so that nobody can tell whether its end is missing.'
        : undefined;
  if (missingEnd !== undefined)
    findings.push(
      finding(
        { line },
        'cut-at-end',
        missingEnd,
        'Check that the export was finished; end the last row with a line break. Until then no product is deleted because of this file.',
      ),
    );
  return {
    usable: true,
    findings,
    rows,
    valid,
    rejected,
    cut: cut || short,
    finalNewline: isFinalNewline(),
    unreadableIds,
    columns,
  };
}
