import { isUtf8 } from 'node:buffer';
import { type Finding, finding } from './finding.ts';

const remedy = 'Save or export the file as "CSV UTF-8" and upload it again.';

export const notUtf8 = (line: number, message: string): Finding => finding({ line }, 'not-utf8', message, remedy);

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Bytes of the byte order mark that some programs put before UTF-8. */
export const markLength = (first: Buffer): number => (first.subarray(0, 3).equals(mark) ? 3 : 0);

/** What the first bytes say about a file that is no CSV in UTF-8. */
export const foreign = (first: Buffer): Finding | undefined => {
  const [a, b, c, d] = first;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return notUtf8(1, 'The file is written in UTF-16.');
  // Without a mark, every other byte of plain letters in UTF-16 is 0.
  if (first.length >= 4 && ((a !== 0 && b === 0 && c !== 0 && d === 0) || (a === 0 && b !== 0 && c === 0 && d !== 0)))
    return notUtf8(1, 'The file seems to be written in UTF-16.');
  if (a === 0x50 && b === 0x4b && c === 3 && d === 4)
    return finding(
      { line: 1 },
      'unreadable',
      'The file is a zip archive or an Excel workbook, not a CSV.',
      'Export it as CSV (in Excel: Save as, "CSV UTF-8") and upload that file.',
    );
  return undefined;
};

/** How many bytes at the end begin a character and do not finish it. */
export const tornCharacter = (bytes: Buffer): number => {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
};

/** The finding for the first line that is not UTF-8, if there is one. */
export const badEncoding = (bytes: Buffer, firstLine: number): Finding | undefined => {
  if (isUtf8(bytes)) return undefined;
  let line = firstLine;
  let start = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 10 && (bytes[i] !== 13 || bytes[i + 1] === 10)) continue;
    if (!isUtf8(bytes.subarray(start, i))) break;
    start = i + 1;
    line++;
  }
  return notUtf8(line, 'This line holds bytes that are not UTF-8 text.');
};
