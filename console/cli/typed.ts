import type { Flags } from './parse.ts';

/** A command as it is to be typed, on the folder and with the settings that this one was given. */
export const typed = (words: string, { dataDir, config }: Pick<Flags, 'dataDir' | 'config'>): string =>
  [
    `catalog-sync ${words}`,
    ...(dataDir === '.catalog-sync' ? [] : [`--data-dir ${quoted(dataDir)}`]),
    ...(config === null ? [] : [`--config ${quoted(config)}`]),
  ].join(' ');

/** As a POSIX shell takes it for one word. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
