import * as t from 'io-ts';
import { EpochMs } from './instant.ts';

/**
 * The order of a file, from the stored object alone: the explicit `sequence` or LastModified, then the key, then the
 * place among this key's versions with that instant, oldest first.
 */
export const FileOrder = t.strict({ instant: EpochMs, key: t.string, age: t.number }, 'FileOrder');
export type FileOrder = t.TypeOf<typeof FileOrder>;

/** The order of a row: its file's, then its number in the file. Row 0 is the file itself: a delete by a whole feed. */
export const RowOrder = t.strict({ ...FileOrder.type.props, row: t.number }, 'RowOrder');
export type RowOrder = t.TypeOf<typeof RowOrder>;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Negative when `a` is older. Keys compare by UTF-16 units, the same on every machine. */
export const compareFiles = (a: FileOrder, b: FileOrder): number =>
  a.instant - b.instant || byText(a.key, b.key) || a.age - b.age;

export const compareRows = (a: RowOrder, b: RowOrder): number => compareFiles(a, b) || a.row - b.row;

/** The file that a row's order names. */
export const fileOf = ({ instant, key, age }: RowOrder): FileOrder => ({ instant, key, age });

/** Equal for equal orders of files, and for no others. */
export const fileName = ({ instant, key, age }: FileOrder): string => `${instant} ${age} ${key}`;

export const rowOrder = (file: FileOrder, row: number): RowOrder => ({
  instant: file.instant,
  key: file.key,
  age: file.age,
  row,
});
