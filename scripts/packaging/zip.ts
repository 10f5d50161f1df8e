import { zipSync } from 'fflate';

/**
 * The first moment that a zip can hold, in local time: fflate writes the date's local fields, so the same fields, and
 * thereby the same bytes, come out in every time zone.
 */
const FIRST_DAY = new Date(1980, 0, 1);

/** Unix, a plain file that all may read: without it, what Lambda unpacks may not be readable for the function. */
const READABLE = { os: 3, attrs: (0o100644 << 16) >>> 0 };

/** The same files always give the same bytes. */
export const zipOf = (files: Readonly<Record<string, Uint8Array>>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.keys(files)
        .sort()
        .map((name) => [name, files[name]!]),
    ),
    { mtime: FIRST_DAY, level: 6, ...READABLE },
  );
