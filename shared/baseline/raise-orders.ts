import type { FileOrder } from '../catalog/order.ts';
import type { Entries } from './entries.ts';

/** Rows that were found to change nothing, by the place of their product's entry. */
export interface Raised {
  files: readonly FileOrder[];
  /** A place in `files`; `NOT_RAISED` where the order stays. */
  file: Uint32Array;
  row: Uint32Array;
}

export const NOT_RAISED = 0xffffffff;

/** The same entries under newer orders; all but the orders is shared with the old ones. */
export const raiseOrders = (old: Entries, raised: Raised): Entries => {
  const list: FileOrder[] = [];
  const mover = (from: readonly FileOrder[]): ((place: number) => number) => {
    const moved = new Map<number, number>();
    return (place) => {
      const known = moved.get(place);
      if (known !== undefined) return known;
      moved.set(place, list.length);
      list.push(from[place]!);
      return list.length - 1;
    };
  };
  const ofOld = mover(old.words.files);
  const ofRaised = mover(raised.files);
  const files = new Uint32Array(old.size);
  const rows = new Uint32Array(old.size);
  for (let place = 0; place < old.size; place++) {
    const file = raised.file[place]!;
    files[place] = file === NOT_RAISED ? ofOld(old.files[place]!) : ofRaised(file);
    rows[place] = file === NOT_RAISED ? old.rows[place]! : raised.row[place]!;
  }
  return { ...old, words: { ...old.words, files: list }, files, rows };
};
