/**
 * What must become of files: the reference that the services are compared with. It folds the files of one sync after the
 * other into what each product should be, from the truth about the rows, and shares no code with the services.
 */
import type { Row, Upload } from './shop/world.ts';

/** Later files are newer: by their instant, then their key, then their place among the versions of that key. */
export interface FileOrder {
  instant: number;
  key: string;
  version: number;
}
export interface ModelFile {
  upload: Upload;
  order: FileOrder;
}

/** What a product should be: the row that won, or, without data, gone. */
export interface Wanted {
  order: FileOrder;
  row: number;
  data: Row['data'];
}

export interface Counts {
  landed: number;
  valid: number;
  rejected: number;
}

export interface Fold {
  products: ReadonlyMap<string, Wanted>;
  floor: FileOrder | null;
  counts: Counts;
  /** Places of the files that are refused as a whole. */
  refused: ReadonlySet<number>;
  /** What a whole feed of this sync ends. */
  ended: readonly string[];
}

export interface Rules {
  badRowRefuses: boolean;
  badFileRefusesAll: boolean;
}

const compare = (a: FileOrder, b: FileOrder): number =>
  a.instant - b.instant || (a.key < b.key ? -1 : a.key > b.key ? 1 : a.version - b.version);
const newer = (a: { order: FileOrder; row: number }, b: { order: FileOrder; row: number }): boolean =>
  (compare(a.order, b.order) || a.row - b.row) > 0;

const usable = ({ upload }: ModelFile, rules: Rules): boolean =>
  upload.readable && upload.rows.length > 0 && !(rules.badRowRefuses && upload.rows.some(({ data }) => data === null));

const saysWhole = ({ upload }: ModelFile): boolean =>
  upload.metadata.full === 'true' || upload.metadata.part !== undefined || upload.key.includes('/full/');
const partOf = ({ upload }: ModelFile): [k: number, n: number] => {
  const [k = 1, n = 1] = (upload.metadata.part ?? '1/1').split('/').map(Number);
  return [k, n];
};

/** Nothing is missing of it that it could be missing, and each of its rows says which product it is about. */
const provesWhole = ({ upload }: ModelFile): boolean =>
  !upload.cut &&
  upload.rows.every(({ id }) => id !== null) &&
  (upload.metadata.rows !== undefined || upload.finalNewline);

/** Whole feeds of a sync, each with its files: one file, or exactly all parts, in one folder. */
const wholeFeeds = (files: readonly ModelFile[], refused: ReadonlySet<number>): ModelFile[][] => {
  const groups = new Map<string, number[]>();
  for (const [place, file] of files.entries()) {
    if (!saysWhole(file)) continue;
    const [, n] = partOf(file);
    const folder = file.upload.key.split('/').slice(0, -1).join('/');
    const name = n === 1 ? `one ${place}` : `${folder} of ${n}`;
    groups.set(name, [...(groups.get(name) ?? []), place]);
  }
  return [...groups.values()].flatMap((places) => {
    const parts = places.map((place) => files[place]!);
    const n = partOf(parts[0]!)[1];
    const all = parts.length === n && new Set(parts.map((part) => partOf(part)[0])).size === n;
    return all && places.every((place) => !refused.has(place)) && parts.every(provesWhole) ? [parts] : [];
  });
};

const oldest = (files: readonly ModelFile[]): FileOrder => files.map(({ order }) => order).sort(compare)[0]!;

/** One sync over these files. Pure: the fold counts only once it is settled and not discarded. */
export const fold = (before: Pick<Fold, 'products' | 'floor'>, files: readonly ModelFile[], rules: Rules): Fold => {
  const bad = files.flatMap((file, place) => (usable(file, rules) ? [] : [place]));
  const refused = new Set(bad.length > 0 && rules.badFileRefusesAll ? files.keys() : bad);
  const used = files.filter((_, place) => !refused.has(place));

  const whole = wholeFeeds(files, refused)
    .map((parts) => ({ order: oldest(parts), parts }))
    .filter(({ order }) => before.floor === null || compare(order, before.floor) > 0)
    .sort((a, b) => compare(b.order, a.order))[0];
  const floor = whole?.order ?? before.floor;

  const products = new Map(before.products);
  const ended: string[] = [];
  if (whole !== undefined) {
    const named = new Set(whole.parts.flatMap(({ upload }) => upload.rows.map(({ id }) => id)));
    for (const [id, wanted] of before.products) {
      const gone = { order: whole.order, row: 0, data: null };
      if (named.has(id) || wanted.data === null || !newer(gone, wanted)) continue;
      products.set(id, gone);
      ended.push(id);
    }
  }
  for (const { order, upload } of used) {
    if (floor !== null && compare(order, floor) < 0) continue;
    for (const [index, { id, data }] of upload.rows.entries()) {
      if (id === null || data === null) continue;
      const row = { order, row: index + 1, data };
      const known = products.get(id);
      if (known === undefined || newer(row, known)) products.set(id, row);
    }
  }
  const rows = used.flatMap(({ upload }) => upload.rows);
  const valid = rows.filter(({ data }) => data !== null).length;
  const stillEnded = ended.filter((id) => products.get(id)?.data === null);
  return {
    products,
    floor,
    counts: { landed: rows.length, valid, rejected: rows.length - valid },
    refused,
    ended: stillEnded,
  };
};

export const nothing: Pick<Fold, 'products' | 'floor'> = { products: new Map(), floor: null };
