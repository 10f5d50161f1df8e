/** Makes what lies in `examples/`: `node scripts/examples.ts`. The same bytes each time. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileCodes, rowCodes, warningCodes } from '../shared/rows/codes.ts';
import { badFiles } from './examples/bad-files.ts';
import { allBadRows, badRows, fileWith, warningFiles } from './examples/bad-rows.ts';
import { readme } from './examples/readme.ts';
import { smallShop } from './examples/small-shop.ts';
import { thousand } from './examples/thousand.ts';

/** All files by their path below `examples/`. */
export const examples = (): Map<string, string | Uint8Array> =>
  new Map<string, string | Uint8Array>([
    ['README.md', readme(fileCodes, rowCodes, warningCodes)],
    ['small-shop.csv', smallShop()],
    ['bad-rows.csv', allBadRows()],
    ...thousand().map((text, n) => [`thousand/${n + 1}.csv`, text] as const),
    ...Object.entries(badFiles()).map(([name, bytes]) => [`broken/file-${name}`, bytes] as const),
    ...badRows.map((bad) => [`broken/row-${bad.code}.csv`, fileWith(bad)] as const),
    ...Object.entries(warningFiles()).map(([code, text]) => [`broken/warning-${code}.csv`, text] as const),
  ]);

const script = process.argv[1];
if (script?.endsWith('examples.ts')) {
  const folder = join(dirname(script), '..', 'examples');
  rmSync(join(folder, 'broken'), { recursive: true, force: true });
  for (const [path, content] of examples()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}
