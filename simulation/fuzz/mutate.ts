import type { Random } from './random.ts';
import type { Target } from './target.ts';

type Mutation = (input: Buffer, random: Random, about: About) => Buffer;

interface About {
  target: Target;
  /** Further inputs of the same target. */
  others: readonly Buffer[];
}

const joined = (...parts: Uint8Array[]): Buffer => Buffer.concat(parts);
const place = (input: Buffer, random: Random): number => random.below(input.length + 1);
/** Two places in order; short stretches come more often than long ones. */
const stretch = (input: Buffer, random: Random): [number, number] => {
  const from = place(input, random);
  const longest = random.oneIn(4) ? input.length : 16;
  return [from, Math.min(input.length, from + 1 + random.below(longest + 1))];
};
const splice = (input: Buffer, from: number, to: number, middle: Uint8Array): Buffer =>
  joined(input.subarray(0, from), middle, input.subarray(to));

const flipBit: Mutation = (input, random) => {
  const bytes = Buffer.from(input);
  const at = random.below(bytes.length);
  if (bytes.length > 0) bytes[at] = bytes[at]! ^ (1 << random.below(8));
  return bytes;
};

const remarkable = [0, 1, 9, 10, 13, 0x1f, 0x20, 0x22, 0x2c, 0x7f, 0x80, 0x8b, 0xc3, 0xed, 0xef, 0xf0, 0xfe, 0xff];
const setByte: Mutation = (input, random) => {
  const at = place(input, random);
  return splice(
    input,
    at,
    at + random.below(2),
    Buffer.of(random.oneIn(2) ? random.pick(remarkable) : random.below(256)),
  );
};

const remove: Mutation = (input, random) => splice(input, ...stretch(input, random), Buffer.alloc(0));
const truncate: Mutation = (input, random) => Buffer.from(input.subarray(0, place(input, random)));

const insertToken: Mutation = (input, random, { target }) => {
  const token = Buffer.from(random.pick(target.dictionary));
  const [from, to] = stretch(input, random);
  return splice(input, from, random.oneIn(2) ? from : to, token);
};

const repeat: Mutation = (input, random, { target }) => {
  const [from, to] = stretch(input, random);
  const piece = input.subarray(from, to);
  const most = Math.floor((target.largest - input.length) / Math.max(1, piece.length));
  const times = Math.max(1, Math.min(most, 2 ** random.below(random.oneIn(8) ? 15 : 5)));
  return splice(input, to, to, joined(...Array.from({ length: times }, () => piece)));
};

const move: Mutation = (input, random) => {
  const [from, to] = stretch(input, random);
  const rest = splice(input, from, to, Buffer.alloc(0));
  const at = place(rest, random);
  return splice(rest, at, at, input.subarray(from, to));
};

const cross: Mutation = (input, random, { others }) => {
  const other = random.pick(others);
  const [from, to] = stretch(input, random);
  return random.oneIn(2)
    ? joined(input.subarray(0, from), other.subarray(place(other, random)))
    : splice(input, from, to, other.subarray(...stretch(other, random)));
};

const numbers = ['0', '-1', '1e999', '-0', '0.1', '9007199254740993', '4294967296', '99999999999999999999', '1e-400'];
const changeNumber: Mutation = (input, random) => {
  const found = [...input.toString('latin1').matchAll(/\d+/g)];
  if (found.length === 0) return input;
  const { index, 0: digits } = random.pick(found);
  return splice(input, index, index + digits.length, Buffer.from(random.pick(numbers)));
};

const mutations: readonly Mutation[] = [
  flipBit,
  setByte,
  setByte,
  remove,
  truncate,
  insertToken,
  insertToken,
  insertToken,
  repeat,
  move,
  cross,
  changeNumber,
];

/** A new input out of an old one: one to five changes of it. */
export const mutate = (input: Buffer, random: Random, about: About): Buffer => {
  const { target } = about;
  let bytes = input;
  for (let left = 1 + random.below(5); left > 0; left--) {
    bytes =
      target.reshape !== undefined && random.oneIn(3)
        ? target.reshape(bytes, random)
        : random.pick(mutations)(bytes, random, about);
  }
  return bytes.length > target.largest ? Buffer.from(bytes.subarray(0, target.largest)) : bytes;
};
