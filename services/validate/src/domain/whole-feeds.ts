import { compareFiles } from '@catalog-sync/shared/catalog/order.ts';
import type { LandedFile } from '@catalog-sync/shared/records/ingest.ts';
import type { WholeFeed } from '@catalog-sync/shared/records/validate.ts';

/** One file as judged, as far as it matters to whether a feed is whole. */
export interface JudgedFile {
  file: LandedFile;
  /** Its place in `Validation.files`. */
  place: number;
  usable: boolean;
  /** Data rows, valid or not. */
  rows: number;
  /** An unterminated record, a broken gzip, or fewer rows than its metadata says. */
  cut: boolean;
  finalNewline: boolean;
  /** Rows whose id cannot be read: each might be any product. */
  unreadableIds: number;
}

/** Why a file that calls itself whole ends no product; null when it may. */
const notWhole = ({ file, usable, rows, cut, finalNewline, unreadableIds }: JudgedFile): string | null => {
  if (!usable) return 'it was refused';
  if (rows === 0) return 'it has no rows';
  if (cut) return 'it is cut';
  if (unreadableIds > 0) return `${unreadableIds} of its rows have no id that can be read`;
  if (file.rows === null && !finalNewline)
    return 'it has neither a row count in its metadata nor a line end after its last row';
  return null;
};

/** Two feeds of which each lacks another part would look like one that has them all. */
const MIXED = 'parts of it landed more than once, and nobody can tell which belong together';

/** The folder of a file: parts of one whole feed lie in one folder. */
const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

/**
 * Which whole feeds a sync holds. One object is one; or all n parts, in one folder and one sync, are one with the order
 * of the oldest. What calls itself whole and is not is used for its rows, deletes nothing, and is named in a note.
 */
export const wholeFeedsOf = (judged: readonly JudgedFile[]): { feeds: WholeFeed[]; notes: string[] } => {
  const feeds: WholeFeed[] = [];
  const notes: string[] = [];
  const note = (key: string, why: string) => notes.push(`${key} says that it is whole, but ${why}: it deletes nothing`);
  const parts = new Map<string, JudgedFile[]>();
  for (const one of judged) {
    if (!one.file.whole) continue;
    const { part } = one.file;
    if (part !== null && part.n > 1) {
      const name = `${folderOf(one.file.key)} ${part.n}`;
      parts.set(name, [...(parts.get(name) ?? []), one]);
      continue;
    }
    const why = notWhole(one);
    if (why === null) feeds.push({ order: one.file.order, files: [one.place] });
    // A refused file is told of as such.
    else if (one.usable) note(one.file.key, why);
  }
  for (const all of parts.values()) {
    const [first] = all;
    const n = first?.file.part?.n ?? 0;
    const present = new Set(all.map(({ file }) => file.part?.k));
    const broken = all.map((one) => ({ one, why: notWhole(one) })).find(({ why }) => why !== null);
    if (present.size < n) for (const { file } of all) note(file.key, `only ${present.size} of its ${n} parts are here`);
    else if (all.length > n) for (const { file } of all) note(file.key, MIXED);
    else if (broken) for (const { file } of all) note(file.key, `of its part ${broken.one.file.key}, ${broken.why}`);
    else {
      const oldest = all.map(({ file }) => file.order).toSorted(compareFiles)[0];
      if (oldest) feeds.push({ order: oldest, files: all.map(({ place }) => place) });
    }
  }
  return { feeds, notes };
};
