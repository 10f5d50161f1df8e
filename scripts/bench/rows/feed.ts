/**
 * A product feed as shops have them, the same for the same seed: ten columns, eight languages, quoted descriptions over
 * several lines, and one row in a hundred that is wrong in one of seven ways. About 790 bytes a row.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

/** Mulberry32 by Tommy Ettinger: small, quick, the same everywhere. */
const randomOf = (seed: number) => {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    below,
    chance: (share: number): boolean => next() < share,
    of: <A>(all: readonly A[]): A => all[below(all.length)]!,
  };
};
type Random = ReturnType<typeof randomOf>;

/** Words of eight languages, by the share of the rows that are written in them. */
const languages: readonly { share: number; words: readonly string[] }[] = [
  {
    share: 0.35,
    words: 'ceramic mug hand made in small numbers dishwasher safe with a wide handle for every morning'.split(' '),
  },
  {
    share: 0.14,
    words: 'Geschirr für Küche und Büro aus Steingut spülmaschinenfest schöne Größe täglich'.split(' '),
  },
  { share: 0.1, words: 'tasse en céramique façonnée à la main idéale pour le thé été léger où'.split(' ') },
  { share: 0.1, words: 'taza de cerámica hecha a mano pequeña y ligera para el café mañana'.split(' ') },
  { share: 0.06, words: 'seramik kupa el yapımı günlük kullanım için güzel çay şık ölçü'.split(' ') },
  { share: 0.12, words: 'كوب شاي من السيراميك مصنوع يدويا مناسب للاستخدام اليومي في المنزل'.split(' ') },
  { share: 0.08, words: 'керамическая кружка ручной работы подходит для чая и кофе каждый день'.split(' ') },
  { share: 0.05, words: '陶器の マグカップ 手作り 毎日の お茶に 軽くて 丈夫な 作りです'.split(' ') },
];

const languageOf = (random: Random): readonly string[] => {
  let left = random.below(1_000) / 1_000;
  for (const { share, words } of languages) {
    left -= share;
    if (left < 0) return words;
  }
  return languages[0]!.words;
};

/** Words up to so many characters. */
const textOf = (random: Random, words: readonly string[], length: number): string => {
  let text = random.of(words);
  while (text.length < length) text += ` ${random.of(words)}`;
  return text;
};

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const cell = (text: string): string => (/[",\r\n]/.test(text) ? quoted(text) : text);

const titleOf = (random: Random, words: readonly string[]): string => {
  const title = textOf(random, words, 20 + random.below(50));
  const more = random.below(20);
  if (more === 0) return `${title}, 2 pcs`;
  if (more === 1) return `27" ${title}`;
  return more === 2 ? `${title} "Classic"` : title;
};

const descriptionOf = (random: Random, words: readonly string[]): string => {
  const length = 280 + random.below(180);
  const parts: string[] = [];
  for (let left = length; left > 0; ) {
    const part = textOf(random, words, Math.min(left, 60 + random.below(80)));
    parts.push(part);
    left -= part.length;
  }
  let text = parts.join(random.chance(0.4) ? '\n' : '. ');
  if (random.chance(0.25)) text += ' The "original" since 1987, 10" wide';
  if (random.chance(0.1)) text += ' ☕️🎁';
  if (random.chance(0.05)) text += ' C:\\shop\\images';
  if (random.chance(0.05)) text += '\tnew';
  return text;
};

const availabilities = ['in stock', 'in stock', 'in stock', 'out of stock', 'preorder', 'available for order'];
const conditions = ['new', 'new', 'new', 'refurbished', 'used'];
const brands = ['Acme', 'Nordwind', 'Maison Bleue', 'Çınar', 'سراج', 'Гжель', 'Kutani', 'Ola & Co'];

/** Ways in which a row is wrong; cells are in the order of the header. */
const faults: readonly ((cells: string[]) => void)[] = [
  (cells) => cells.splice(0, 1, ''),
  (cells) => cells.splice(1, 1, ''),
  (cells) => cells.splice(3, 1, 'shop.example/product'),
  (cells) => cells.splice(5, 1, 'In Stock'),
  (cells) => cells.splice(6, 1, '12,34'),
  (cells) => cells.splice(1, 1, 'x'.repeat(201)),
  (cells) => cells.pop(),
];

/** Changes some rows' cells; says whether it changed these. */
export type Change = (cells: string[]) => boolean;
const unchanged: Change = () => false;

/** A new price or title for some of the rows, of a seed; all else stays byte for byte as it was. */
export const changeSome = (share: number, seed: number): Change => {
  const random = randomOf(seed);
  return (cells) => {
    if (!random.chance(share)) return false;
    // No price of the feed is as high.
    if (random.chance(0.5)) cells[PRICE] = `${500 + random.below(500)}.00 USD`;
    else cells[TITLE] = `${cells[TITLE]}, new`;
    return true;
  };
};

const TITLE = 1;
const DESCRIPTION = 2;
const PRICE = 6;

const rowOf = (random: Random, n: number, change: Change): { text: string; valid: boolean; changed: boolean } => {
  const words = languageOf(random);
  const id = `SKU-${String(n).padStart(8, '0')}`;
  const cells = [
    id,
    titleOf(random, words),
    descriptionOf(random, words),
    `https://shop.example/en/products/${id.toLowerCase()}?utm_source=meta&utm_medium=catalog`,
    `https://cdn.shop.example/images/${random.below(1e6)}/${id.toLowerCase()}-large.jpg`,
    random.of(availabilities),
    `${random.below(500)}.${String(random.below(100)).padStart(2, '0')} USD`,
    random.of(brands),
    random.of(conditions),
    `Home & Garden > Kitchen > ${random.of(words)}`,
  ];
  const changed = change(cells);
  const wrong = random.chance(0.01);
  if (wrong) random.of(faults)(cells);
  const text = cells.map((one, column) => (column === DESCRIPTION ? quoted(one) : cell(one))).join(',');
  return { text, valid: !wrong, changed };
};

const header = 'id,title,description,link,image_link,availability,price,brand,condition,product_type';

export interface WrittenFeed {
  bytes: number;
  valid: number;
  /** Rows that were changed and are valid. */
  changed: number;
}

/** Writes a feed of so many rows. */
export const writeFeed = (path: string, rows: number, { seed = 1, change = unchanged } = {}): WrittenFeed => {
  const random = randomOf(seed);
  const file = openSync(path, 'w');
  const written: WrittenFeed = { bytes: 0, valid: 0, changed: 0 };
  const write = (text: string): void => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    written.bytes += bytes.length;
  };
  try {
    write(`${header}\n`);
    for (let n = 0; n < rows; ) {
      const until = Math.min(rows, n + 2_000);
      let text = '';
      for (; n < until; n++) {
        const row = rowOf(random, n, change);
        text += `${row.text}\n`;
        if (!row.valid) continue;
        written.valid++;
        if (row.changed) written.changed++;
      }
      write(text);
    }
  } finally {
    closeSync(file);
  }
  return written;
};
