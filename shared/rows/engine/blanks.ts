/**
 * Whether three bytes begin with a blank beyond ASCII that `String.trim` takes away: U+00A0, U+1680, U+2000 to U+200A,
 * U+2028, U+2029, U+202F, U+205F, U+3000, U+FEFF. Source: ECMA-262, WhiteSpace and LineTerminator.
 */
const isBlank = (first: number, second: number, third: number): boolean => {
  switch (first) {
    case 0xc2:
      return second === 0xa0;
    case 0xe1:
      return second === 0x9a && third === 0x80;
    case 0xe2:
      if (second === 0x80)
        return (third >= 0x80 && third <= 0x8a) || third === 0xa8 || third === 0xa9 || third === 0xaf;
      return second === 0x81 && third === 0x9f;
    case 0xe3:
      return second === 0x80 && third === 0x80;
    case 0xef:
      return second === 0xbb && third === 0xbf;
    default:
      return false;
  }
};

/** Whether a text in UTF-8 begins or ends with a blank beyond ASCII. */
export const hasWideBlankAround = (bytes: Uint8Array, from: number, to: number): boolean => {
  const length = to - from;
  if (length < 2) return false;
  if (isBlank(bytes[from]!, bytes[from + 1]!, length > 2 ? bytes[from + 2]! : 0)) return true;
  // The last character has two bytes, or three.
  if (bytes[to - 2] === 0xc2) return bytes[to - 1] === 0xa0;
  return length > 2 && isBlank(bytes[to - 3]!, bytes[to - 2]!, bytes[to - 1]!) && bytes[to - 3]! >= 0xe0;
};
