import { type Finding, finding, type RowResult } from './finding.ts';
import type { Layout } from './header.ts';
import { readableId } from './judge-row.ts';
import { shown } from './show.ts';

/** A row that could not be cut into its cells. */
export interface Place {
  line: number;
  row: number;
  /** It covers several lines, so that other products may be hidden in it. */
  multiline: boolean;
}

/** The id is believed only where nothing can have moved it: in the first cell of a row on one line. */
const setAside = (
  { line, row, multiline }: Place,
  layout: Layout,
  firstCell: string | undefined,
  reason: (place: { line: number; row: number; retailerId: string | null }) => Finding,
): RowResult => {
  const id = layout.idIndex === 0 && !multiline ? readableId(firstCell) : null;
  return { kind: 'rejected', line, row, id, findings: [reason({ line, row, retailerId: id })] };
};

const firstCellOf = (text: string): string | undefined => (/^"([^"]*)",/.exec(text) ?? /^([^",]*),/.exec(text))?.[1];

/** @param text how the row begins */
export const rejectBadQuote = (place: Place, layout: Layout, text: string): RowResult =>
  setAside(place, layout, firstCellOf(text), (where) =>
    finding(
      where,
      'bad-quote',
      `The quotation marks of this row do not pair up: ${shown(text)}.`,
      'Put quotes around the whole cell and write each quote inside of it twice: "27"" tv".',
    ),
  );

export const rejectRagged = (place: Place, layout: Layout, cells: readonly string[]): RowResult =>
  setAside(place, layout, cells[0], (where) =>
    cells.length === layout.width
      ? finding(where, 'ragged-row', 'The file ends in the middle of this row.', 'Upload the whole file again.')
      : finding(
          where,
          'ragged-row',
          `This row has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}; the header has ${layout.width}.`,
          'Put quotes around cells that hold commas, quotes or line breaks, and give each row a cell for every column.',
        ),
  );
