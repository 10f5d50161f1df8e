import type { ItemData } from '../catalog/item.ts';
import { type Code, type Severity, severityOf } from './codes.ts';

/** Something that a shop should know about a file or a row: where, what, and what to do about it. */
export interface Finding {
  /** Physical line, from 1; of a row, its first. */
  line: number;
  /** Data row, from 1; null when it is about the file. */
  row: number | null;
  column: string | null;
  code: Code;
  severity: Severity;
  message: string;
  remedy: string;
  /** The product, where its id could be read. */
  retailerId?: string | null;
}

export type RowResult =
  | { kind: 'valid'; line: number; row: number; id: string; data: ItemData; findings: Finding[] }
  /** `id` is null when it cannot be read with certainty. */
  | { kind: 'rejected'; line: number; row: number; id: string | null; findings: Finding[] };

export interface FileSummary {
  /** False: the file is refused, and rows that were given before the reason was found must be dropped. */
  usable: boolean;
  /** What is about the file as a whole, warnings included. */
  findings: Finding[];
  /** valid + rejected; all three are 0 for a file that is not usable. */
  rows: number;
  valid: number;
  rejected: number;
  /** Something is missing at the end: an unterminated row, broken gzip, fewer rows than were declared. */
  cut: boolean;
  /** The last row ends with a line end. As `cut`, it is false for a file that is not usable. */
  finalNewline: boolean;
  /** Rows whose id could not be read: with such rows nobody knows which products the file leaves out. */
  unreadableIds: number;
  /** The header, in small letters and without surrounding blanks; empty when it could not be read. */
  columns: string[];
}

export interface Place {
  line: number;
  row?: number;
  column?: string;
  retailerId?: string | null;
}

export const finding = (place: Place, code: Code, message: string, remedy: string): Finding => ({
  line: place.line,
  row: place.row ?? null,
  column: place.column ?? null,
  code,
  severity: severityOf(code),
  message,
  remedy,
  ...(place.retailerId === undefined ? {} : { retailerId: place.retailerId }),
});
