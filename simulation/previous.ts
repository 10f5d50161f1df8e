/** The version that is deployed, kept as a bundle: half of the workers of a mixed world run it beside the sources as they are. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { bundle, load, type Patch } from './build.ts';
import type { Versions } from './stage.ts';

const PATH = fileURLToPath(new URL('./previous/services.cjs.gz', import.meta.url));

/** Both versions as texts, as threads are given them. */
export interface Bundles {
  current: string;
  previous: string;
}

/** The sources as they are, with patches if need be, and the version before. */
export const bundles = async (patches: readonly Patch[] = []): Promise<Bundles> => ({
  current: await bundle(patches),
  previous: gunzipSync(readFileSync(PATH)).toString(),
});

export const loadBoth = ({ current, previous }: Bundles): Versions => ({
  current: load(current),
  previous: load(previous),
});

/** Takes the sources as they are for the version that is deployed. To be done with each release. */
export const keepAsPrevious = async (): Promise<string> => {
  writeFileSync(PATH, gzipSync(await bundle(), { level: 9 }));
  return PATH;
};
