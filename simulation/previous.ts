/** The version that is deployed, kept as a bundle: half of the workers of a mixed world run it beside the sources as they are. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { bundle } from './build.ts';

const PATH = fileURLToPath(new URL('./previous/services.cjs.gz', import.meta.url));

export const readPrevious = (): string => gunzipSync(readFileSync(PATH)).toString();

/** Takes the sources as they are for the version that is deployed. To be done with each release. */
export const keepAsPrevious = async (): Promise<string> => {
  writeFileSync(PATH, gzipSync(await bundle(), { level: 9 }));
  return PATH;
};
