import {
  type Column,
  columnName,
  extraColumns,
  isAirbyteColumn,
  type RequiredColumn,
  requiredColumns,
} from './contract.ts';
import { type Finding, finding } from './finding.ts';
import { shown } from './show.ts';

/** Which cell of a row holds which column. */
export interface Layout {
  /** Cells of each row. */
  width: number;
  required: { column: Column<RequiredColumn>; index: number }[];
  extras: { column: Column; index: number }[];
  idIndex: number;
}

export interface Header {
  columns: string[];
  /** Absent when the file cannot be used. */
  layout?: Layout;
  findings: Finding[];
}

const known = new Set<string>([...requiredColumns, ...extraColumns].map(({ name }) => name));

/** Only letters and digits, so that `Image Link` is near `image_link`. */
const bare = (name: string): string => name.replace(/[^a-z0-9]/g, '');

const distance = (a: string, b: string): number => {
  let above = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++)
      row.push(Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    above = row;
  }
  return above[b.length]!;
};

/** The header that was probably meant for a missing column. */
const nearest = (missing: string, given: readonly string[]): string | undefined => {
  const near = given
    .filter((name) => !known.has(name) && name.length <= 40)
    .slice(0, 100)
    .map((name) => ({ name, far: distance(bare(missing), bare(name)) }))
    .sort((a, b) => a.far - b.far)[0];
  return near !== undefined && near.far <= Math.max(1, Math.floor(missing.length / 4)) ? near.name : undefined;
};

const delimiters: readonly (readonly [text: string, called: string])[] = [
  [';', "';'"],
  ['\t', 'tabs'],
  ['|', "'|'"],
];

/** What stands between the columns, if it is not a comma. */
const otherDelimiter = (cells: readonly string[]): string | undefined =>
  delimiters.find(
    ([text]) =>
      cells
        .join(',')
        .split(text)
        .filter((name) => known.has(columnName(name.replaceAll('"', '')))).length >= 3,
  )?.[1];

const remedyForMissing = (name: string, columns: readonly string[], delimiter: string | undefined): string => {
  if (delimiter !== undefined) return `This file uses ${delimiter} between its columns: export it with commas.`;
  const near = nearest(name, columns);
  return near === undefined ? `Add the column ${name} to the export.` : `Rename the column ${shown(near)} to ${name}.`;
};

const list = (names: readonly string[]): string =>
  names.slice(0, 10).map(shown).join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '');

/** Reads a header: names count without surrounding blanks and in any case of letters, in any order. */
export const readHeader = (cells: readonly string[], line: number): Header => {
  const columns = cells.map(columnName);
  // Map, not an object: a column may be called `__proto__`.
  const places = new Map<string, number[]>();
  columns.forEach((name, index) => {
    places.set(name, [...(places.get(name) ?? []), index]);
  });

  const delimiter = otherDelimiter(cells);
  const errors = [
    ...requiredColumns
      .filter(({ name }) => !places.has(name))
      .map(({ name }) =>
        finding(
          { line, column: name },
          'missing-column',
          `The column ${name} is missing.`,
          remedyForMissing(name, columns, delimiter),
        ),
      ),
    ...[...places]
      .filter(([name, indexes]) => known.has(name) && indexes.length > 1)
      .map(([name, indexes]) =>
        finding(
          { line, column: name },
          'duplicate-column',
          `The column ${name} is there ${indexes.length} times (as columns ${indexes.map((n) => n + 1).join(', ')}).`,
          'Leave one of them, so that it is clear which one counts.',
        ),
      ),
  ];
  if (errors.length > 0) return { columns, findings: errors };

  const unknown = [...places.keys()].filter((name) => !known.has(name) && !isAirbyteColumn(name));
  const placed = <Name extends string>(all: readonly Column<Name>[]) =>
    all.flatMap((column) => (places.get(column.name) ?? []).map((index) => ({ column, index })));
  return {
    columns,
    layout: {
      width: columns.length,
      required: placed<RequiredColumn>(requiredColumns),
      extras: placed(extraColumns),
      idIndex: columns.indexOf('id'),
    },
    findings:
      unknown.length === 0
        ? []
        : [
            finding(
              { line, column: unknown[0]! },
              'unknown-column',
              `${unknown.length === 1 ? 'This column is' : 'These columns are'} not sent: ${list(unknown)}.`,
              unknown.includes('google_product_category')
                ? 'Put the category into product_type, which is sent as google_product_category.'
                : 'Nothing has to be done; rename a column if it was meant to be one of the catalog’s fields.',
            ),
          ],
  };
};
