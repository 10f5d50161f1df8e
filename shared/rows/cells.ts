import { parse } from 'csv-parse/sync';

/**
 * The cells of rows whose quotes are known to be right (`frame.ts`); each piece is one row without its line end.
 * The only place that knows the CSV library.
 */
export const cellsOf = (rows: readonly Uint8Array[]): string[][] => {
  if (rows.length === 0) return [];
  const newline = Buffer.from('\n');
  const records = parse(Buffer.concat(rows.flatMap((row) => [row, newline])), {
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: 0,
  });
  if (records.length !== rows.length) throw new Error(`${rows.length} rows were read as ${records.length}`);
  return records;
};
