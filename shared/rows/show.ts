/** Longest piece of a cell that a message repeats, in characters. */
const longestShown = 60;

// Control, formatting (bidi and zero-width among them), line and paragraph separators, lone surrogates.
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A cell's text for a message: cut, and with what cannot be seen or turns text around written as `\u{…}`. */
export const shown = (value: string): string => {
  // Cut before splitting into characters: a cell may be a megabyte long.
  const characters = [...value.slice(0, 2 * longestShown + 2)];
  const cut = characters.length > longestShown;
  const text = (cut ? characters.slice(0, longestShown) : characters).join('');
  return `"${text.replace(hidden, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`)}${cut ? '…' : ''}"`;
};
