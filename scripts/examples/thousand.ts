import { type Cells, csv, requiredHeader } from './csv.ts';
import { randomOf } from './random.ts';

interface Language {
  things: readonly string[];
  kinds: readonly string[];
  /** `{}` stands for the thing. Some have commas, quotes and line breaks. */
  texts: readonly string[];
  category: string;
}

const languages: readonly Language[] = [
  {
    things: ['Table lamp', 'Wool blanket', 'Garden chair', 'Bread knife', '27" frame', 'Notebook, ruled'],
    kinds: ['small', 'large', 'blue', 'grey', 'foldable'],
    texts: [
      '{} for every day.',
      'Our {}: made in small series, checked by hand.',
      '{}\n\n- light\n- durable\n- easy to clean',
      'Customers say: "The best {} I ever had", and we agree.',
    ],
    category: 'Home & Garden > Decor',
  },
  {
    things: ['Tischlampe', 'Wolldecke', 'Gartenstuhl', 'Brotmesser', 'Bilderrahmen 27"'],
    kinds: ['klein', 'groß', 'blau', 'grün', 'klappbar'],
    texts: ['{} für jeden Tag.', '{}, von Hand geprüft.', 'Größe: mittel\nPflege: „kalt abwischen“\n{}'],
    category: 'Haus > Wohnen, Einrichten',
  },
  {
    things: ['Lampe de table', 'Couverture en laine', 'Chaise de jardin', 'Théière'],
    kinds: ['petite', 'grande', 'bleue', 'légère'],
    texts: ['{} pour tous les jours.', 'Notre {} : fabriquée à la main, « comme autrefois ».'],
    category: 'Maison > Décoration',
  },
  {
    things: ['مصباح طاولة', 'بطانية صوف', 'كرسي حديقة', 'إبريق شاي'],
    kinds: ['صغير', 'كبير', 'أزرق', 'قابل للطي'],
    texts: ['{} للاستعمال اليومي.', '{}، مصنوع يدويًا بعناية.', 'مميزات {}:\nخفيف، متين، سهل التنظيف'],
    category: 'المنزل > الديكور',
  },
  {
    things: ['Настольная лампа', 'Шерстяной плед', 'Садовый стул'],
    kinds: ['малый', 'большой', 'синий'],
    texts: ['{} на каждый день.', '{}: сделано вручную, с любовью.'],
    category: 'Дом > Декор',
  },
  {
    things: ['卓上ランプ', 'ウールの毛布', '庭の椅子', '急須'],
    kinds: ['小', '大', '青', '折りたたみ'],
    texts: ['毎日使える{}。', '職人が一つ一つ作った{}です。🍵\n軽くて丈夫。'],
    category: 'ホーム > インテリア',
  },
];

const availabilities = ['in stock', 'in stock', 'in stock', 'out of stock', 'available for order'];
const brands = ['Nordlicht', 'Maison Claire', 'Oak & Iron', 'بيت النور', 'Тёплый дом', '匠'];

/** What changes of a product from one export to the next. */
const offerOf = (random: ReturnType<typeof randomOf>): Cells => ({
  availability: random.pick(availabilities),
  price: `${5 + random.below(195)}.${random.pick(['00', '50', '90', '99'])} EUR`,
});

const productOf = (n: number, random: ReturnType<typeof randomOf>): Cells => {
  const language = random.pick(languages);
  const title = `${random.pick(language.things)} (${random.pick(language.kinds)}) ${n}`;
  const id = `P-${String(n).padStart(4, '0')}`;
  return {
    id,
    title,
    description: random.pick(language.texts).replace('{}', title),
    link: `https://shop.example/products/${id}`,
    image_link: `https://shop.example/images/${id}.jpg`,
    brand: random.pick(brands),
    condition: 'new',
    product_type: language.category,
    color: random.pick(['', 'blue', 'grey', 'natural']),
    ...offerOf(random),
  };
};

/**
 * A thousand products in three exports. The second and third begin before the one before them ends and have newer
 * prices there, so that 1,200 rows become 1,000 items.
 */
export const thousand = (): string[] => {
  const random = randomOf(2_026);
  const products = Array.from({ length: 1_000 }, (_, index) => productOf(index + 1, random));
  const header = [...requiredHeader, 'color'];
  const renewed = (from: number, to: number, until: number) =>
    products.slice(from, to).map((each, n) => (n < until - from ? { ...each, ...offerOf(random) } : each));
  return [
    csv(products.slice(0, 400), header),
    csv(renewed(300, 800, 400), header),
    csv(renewed(700, 1_000, 800), header),
  ];
};
