import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type CheckedFile, checkFile } from '@catalog-sync/shared/rows/check.ts';
import { EXIT, WrongUsage } from '../exit.ts';
import type { Flags } from '../parse.ts';
import { plural, printable } from '../say.ts';

/** As much as the engine looks at at a time: less would have to be gathered first. */
const READ_BYTES = 524_288;

/** Judges files as validate would, and sends nothing. Needs no sandbox. */
export const check = async (files: readonly string[], flags: Flags): Promise<number> => {
  await Promise.all(files.map(readable));
  let clean = true;
  for (const file of files) {
    const checked = await checkFile(createReadStream(file, { highWaterMark: READ_BYTES }), file);
    clean &&= checked.findings.length === 0;
    process.stdout.write(flags.json ? `${JSON.stringify(checked)}\n` : tell(checked));
  }
  return clean ? EXIT.done : EXIT.findings;
};

/** A pipe will do as well: `check <(zcat feed.csv.gz)`. */
const readable = async (file: string): Promise<void> => {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || found.isDirectory())
    throw new WrongUsage(`${file} is no file that can be read: is the name right?`);
};

const tell = ({ file, rows, valid, findings }: CheckedFile): string => {
  const head = `${file}: ${plural(rows, 'row')}, ${plural(valid, 'valid row')}${findings.length === 0 ? ', nothing to say' : ''}`;
  const lines = findings.map(({ line, row, column, code, severity, message, remedy }) => {
    const place = `line ${line}${row === null ? '' : `, row ${row}`}${column === null ? '' : `, column ${column}`}`;
    return `  ${severity === 'error' ? 'error  ' : 'warning'} ${place}: ${code}\n          ${message}\n          → ${remedy}`;
  });
  return `${[head, ...lines].map(printable).join('\n')}\n`;
};
