/** Progress for people: on stderr, so that stdout holds nothing but what was asked for. */
export interface Say {
  line(text: string): void;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is the point
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Titles, keys and Meta's messages are hostile text: what could move a terminal's cursor or turn its text is shown escaped. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

const started = Date.now();
const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`;

/** On a terminal each line tells how long it took; piped, lines are plain. */
export const progress: Say = {
  line: (text) =>
    process.stderr.write(
      process.stderr.isTTY ? `\u001b[2m${seconds()}\u001b[0m  ${printable(text)}\n` : `${printable(text)}\n`,
    ),
};

export const number = (n: number): string => n.toLocaleString('en-US');
export const plural = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;

/** What is said of a landed file that is not used. */
export const leftAlone = (name: string): string => `${name} is left alone: product files end in .csv or .csv.gz`;
