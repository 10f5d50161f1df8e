/** `(code 190/463: "Session has expired.")`: codes to look up, and Meta's own text for people. */
export const inMetasWords = (code: number, subcode: number | null, message: string): string =>
  `(code ${code}${subcode === null ? '' : `/${subcode}`}${message === '' ? '' : `: "${message}"`})`;
