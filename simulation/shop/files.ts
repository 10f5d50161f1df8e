import type { Draw } from '../chance.ts';
import type { Row, Upload } from './world.ts';

export const COLUMNS = [
  'id',
  'title',
  'description',
  'link',
  'image_link',
  'availability',
  'price',
  'brand',
  'condition',
  'product_type',
] as const;

const PRICES = ['9.99 EUR', '12.50 EUR', '3 EUR'] as const;
const AVAILABLE = ['in stock', 'in stock', 'out of stock'] as const;

/**
 * Words in a title by which the simulated Meta knows what to do with an item: nothing of ours reads them.
 * `refused`: in the handle's verdict; `refused-at-once`: in the answer to the call; `poison`: the whole call is refused;
 * `unripe`: in the verdict, for a while.
 */
const TEMPERS = ['refused', 'refused-at-once', 'poison', 'unripe'] as const;

type Cells = Readonly<Record<string, string>>;

/** The cells of a good row; what is not given is the same for every product. */
export const cellsOf = (id: string, title: string, more: Cells = {}): Cells => ({
  id,
  title,
  description: 'a thing',
  link: `https://shop.example/${id}`,
  image_link: `https://shop.example/${id}.jpg`,
  availability: 'in stock',
  price: '9.99 EUR',
  brand: 'Acme',
  condition: 'new',
  product_type: 'Things',
  ...more,
});

/** One of a few contents, so that the same content comes again. */
const someCells = (id: string, place: Draw, { refused, contents }: Wish, sale: boolean): Cells => {
  const temper = place.chance('temper', refused) ? ` ${place.one('which temper', TEMPERS)}` : '';
  return cellsOf(id, `${id} v${place.whole('version', 1, contents === 'many' ? 3 : 2)}${temper}`, {
    availability: contents === 'many' ? place.one('availability', AVAILABLE) : 'in stock',
    price: place.one('price', PRICES.slice(0, { two: 1, few: 2, many: 3 }[contents])),
    ...(sale ? { sale_price: place.one('sale', ['', '1 EUR']) } : {}),
  });
};

const itemOf = ({ product_type, ...cells }: Cells): Cells => ({
  ...cells,
  google_product_category: product_type ?? '',
});

/** A row as it stands in a file, its columns in this order; a row without a title is bad. */
export const rowOf = (cells: Cells, order: readonly string[] = COLUMNS): Row => ({
  id: cells.id ?? null,
  data: cells.title === '' ? null : itemOf(cells),
  line: order.map((name) => cells[name] ?? '').join(','),
});

const ROW_FAULTS = ['bad-price', 'no-title', 'no-id', 'ragged'] as const;

/** One row, good or bad; `order` is the header's order of columns. */
const makeRow = (cells: Cells, order: readonly string[], place: Draw, badShare: number): Row => {
  if (!place.chance('bad', badShare)) return rowOf(cells, order);
  switch (place.one('fault', ROW_FAULTS)) {
    case 'bad-price':
      return { ...rowOf({ ...cells, price: 'a lot' }, order), data: null };
    case 'no-title':
      return rowOf({ ...cells, title: '' }, order);
    case 'no-id':
      return { ...rowOf({ ...cells, id: '' }, order), id: null, data: null };
    case 'ragged': {
      const { id, line } = rowOf(cells, order);
      // The id of a row that does not fit its header is believed in the first cell alone.
      return { id: order[0] === 'id' ? id : null, data: null, line: `${line},one too many` };
    }
  }
};

export type Contents = 'two' | 'few' | 'many';

/** What an upload is to be. */
export interface Wish {
  at: number;
  key: string;
  ids: readonly string[];
  whole: boolean;
  part: { k: number; n: number } | null;
  badShare: number;
  /** Share of rows that Meta refuses. */
  refused: number;
  /** How many different ones a product has: of few, what was there before often comes again. */
  contents: Contents;
  sequence: string | null;
}

const UNREADABLE = ['missing-column', 'empty', 'header-only', 'not-utf8'] as const;

/** A file as a shop exports it: now and then unreadable, cut, without its end. */
export const makeUpload = (wish: Wish, place: Draw): Upload => {
  const sale = place.chance('sale column', 0.15);
  const columns: string[] = [...COLUMNS, ...(sale ? ['sale_price'] : [])];
  const order = place.chance('id last', 0.1) ? [...columns.slice(1), 'id'] : columns;
  const rows = wish.ids.map((id, n) => {
    const below = place.below(`row ${n}`);
    return makeRow(someCells(id, below, wish, sale), order, below, wish.badShare);
  });
  const counts = place.chance('says its rows', wish.whole ? 0.5 : 0.1);
  const short = counts && place.chance('cut', 0.15);
  const saysByPart = wish.part !== null && place.chance('says by its part that it is whole', 0.3);
  const metadata: Record<string, string> = {
    ...(wish.whole && !wish.key.includes('/full/') && !saysByPart ? { full: 'true' } : {}),
    ...(wish.part === null ? {} : { part: `${wish.part.k}/${wish.part.n}` }),
    ...(counts ? { rows: String(rows.length + (short ? 2 : 0)) } : {}),
    ...(wish.sequence === null ? {} : { sequence: wish.sequence }),
  };
  const upload: Upload = {
    at: wish.at,
    key: wish.key,
    metadata,
    header: order.join(','),
    rows,
    readable: true,
    cut: short,
    finalNewline: place.chance('final newline', 0.9),
  };
  if (!place.chance('unreadable', wish.whole ? 0.12 : 0.07)) return upload;
  const broken = { ...upload, readable: false };
  switch (place.one('how unreadable', UNREADABLE)) {
    case 'missing-column':
      return { ...broken, header: order.filter((name) => name !== 'price').join(',') };
    case 'empty':
      return { ...broken, header: '', rows: [] };
    case 'header-only':
      return { ...broken, rows: [] };
    case 'not-utf8':
      return { ...broken, header: upload.header.replace('price', '\u0000') };
  }
};
