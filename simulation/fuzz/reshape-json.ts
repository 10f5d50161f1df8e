import type { Random } from './random.ts';

/** A text that no JSON library writes stands in for each of these until the rest is written. */
const marks: readonly (readonly [mark: string, text: string])[] = [
  ['<huge>', '1e999'],
  ['<deep>', `${'['.repeat(2_000)}${']'.repeat(2_000)}`],
  ['<deep-object>', `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`],
  ['<half>', '"\\ud83c"'],
];

const strange: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  '',
  'x',
  '\0',
  '🍵',
  '__proto__',
  'constructor',
  'x'.repeat(2_000),
  [],
  {},
  [null],
  [[]],
  JSON.parse('{"__proto__":{"polluted":1}}'),
  { constructor: { prototype: { polluted: 1 } } },
  { toString: 1, length: -1, valueOf: null },
  ...marks.map(([mark]) => mark),
];
const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'length', 'hasOwnProperty', '0', '', 'x'];

type Holder = Record<PropertyKey, unknown>;
interface Spot {
  holder: Holder;
  key: string;
}

const LOOKED_AT = 2_000;
const LARGEST = 50_000;

const spotsOf = (root: Holder): Spot[] => {
  const spots: Spot[] = [];
  const waiting: Holder[] = [root];
  while (waiting.length > 0 && spots.length < LOOKED_AT) {
    const holder = waiting.pop()!;
    for (const key of Object.keys(holder)) {
      spots.push({ holder, key });
      const inner = holder[key];
      if (typeof inner === 'object' && inner !== null) waiting.push(inner as Holder);
    }
  }
  return spots;
};

/** As JSON.parse does, so that `__proto__` is a key like others. */
const put = (holder: Holder, key: string, value: unknown): void => {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
};

/** Changes one value, or one key, of a JSON text; what is no JSON stays as it is. */
export const reshapeJson = (text: string, others: readonly unknown[], random: Random): string => {
  if (text.length > LARGEST) return text;
  try {
    const root: Holder = { root: JSON.parse(text) as unknown };
    const { holder, key } = random.pick(spotsOf(root));
    const value = holder[key];
    const any = (): unknown => structuredClone(random.pick(random.oneIn(3) && others.length > 0 ? others : strange));
    switch (random.below(6)) {
      case 0:
        if (holder !== root) Reflect.deleteProperty(holder, key);
        break;
      case 1:
        if (Array.isArray(value) && value.length > 0)
          for (let left = 2 ** random.below(8); left > 0; left--) value.push(structuredClone(random.pick(value)));
        else put(holder, key, [value]);
        break;
      case 2:
        put(typeof value === 'object' && value !== null ? (value as Holder) : holder, random.pick(keys), any());
        break;
      case 3:
        if (typeof value === 'string') put(holder, key, value + String(any()));
        else put(holder, key, String(value));
        break;
      default:
        put(holder, key, any());
    }
    let changed = JSON.stringify(root.root) ?? '';
    for (const [mark, written] of marks) changed = changed.replaceAll(`"${mark}"`, written);
    return changed;
  } catch {
    // No JSON, or too deep to be written again.
    return text;
  }
};
