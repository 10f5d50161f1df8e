import type { Report } from './fuzz.ts';
import type { Target } from './target.ts';

const LONGEST_SHOWN = 400;

/** `csv             12,345 runs   1,234 a second  123 signatures` */
export const line = ({ name }: Target, { runs, signatures, ms }: Report): string => {
  const numbers = [runs, Math.round((1_000 * runs) / Math.max(1, ms)), signatures].map((n) => n.toLocaleString('en'));
  const [all, rate, kinds] = numbers.map((text) => text.padStart(9));
  return `${name.padEnd(15)}${all} runs ${rate} a second ${kinds} signatures`;
};

/** A failure as a person reads it: what does not hold, for which bytes, and where they are kept. */
export const failureText = ({ name }: Target, { failure }: Report, keptAt: string, seed: number): string => {
  if (failure === null) return '';
  const { input, foundWith, property, why } = failure;
  const shown = input.subarray(0, LONGEST_SHOWN);
  return [
    `${name} breaks: ${property}`,
    `  why    ${why.replaceAll('\n', '\n         ')}`,
    `  input  ${input.length} bytes (found with ${foundWith}, seed ${seed}), kept as ${keptAt}`,
    `  text   ${JSON.stringify(shown.toString())}${input.length > shown.length ? ' …' : ''}`,
    `  hex    ${shown.toString('hex')}`,
  ].join('\n');
};
