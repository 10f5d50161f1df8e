import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export type Services = typeof import('./services.ts');

/** One place of a source and what stands there instead: how a defect is built in. */
export interface Patch {
  /** From the root: `services/publish/src/domain/step.ts`. */
  file: string;
  /** Stands in it exactly once. */
  find: string;
  replace: string;
}

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const ENTRY = join(ROOT, 'simulation/services.ts');
const CODECS = fileURLToPath(new URL('./codecs.ts', import.meta.url));
const IO_TS = join(ROOT, 'node_modules/io-ts/es6/index.js');

/** Throws when the text to be replaced is not there, or not once: a defect that is not built in would pass for survived. */
const patched = (text: string, path: string, patches: readonly Patch[]): string => {
  let result = text;
  for (const { find, replace } of patches) {
    if (result.split(find).length !== 2) throw new Error(`${path} does not hold exactly once: ${find}`);
    result = result.replace(find, () => replace);
  }
  return result;
};

/**
 * The functions of all five services as one CommonJS text, in which the patches are built in. It is one text because that
 * also runs fastest: no module is looked up in another.
 */
export const bundle = async (patches: readonly Patch[] = []): Promise<string> => {
  const wanted = new Set(patches.map(({ file }) => file));
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [ENTRY],
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    packages: 'external',
    write: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'own-packages',
        // Our own packages are part of the bundle; what is installed from npm is not.
        setup: ({ onResolve, onLoad }) => {
          onResolve({ filter: /^@catalog-sync\// }, ({ path }) => ({
            path: join(ROOT, path.replace(/^@catalog-sync\/(?=shared\/)/, '')),
          }));
          // But for codecs, in which a run spends much of its time: as parts of the one text they are faster, too.
          onResolve({ filter: /^io-ts$/ }, ({ importer }) => ({ path: importer === CODECS ? IO_TS : CODECS }));
          onResolve({ filter: /^fp-ts\// }, ({ path }) => ({
            path: join(ROOT, 'node_modules', path.replace('/lib/', '/es6/').replace(/(?:\.js)?$/, '.js')),
          }));
          onLoad({ filter: /\.ts$/ }, async ({ path }) => {
            const name = relative(ROOT, path);
            const text = await readFile(path, 'utf8');
            const own = patches.filter(({ file }) => file === name);
            if (own.length > 0) wanted.delete(name);
            return { contents: patched(text, name, own), loader: 'ts' };
          });
        },
      },
    ],
  });
  if (wanted.size > 0) throw new Error(`no service uses ${[...wanted].join(', ')}`);
  return outputFiles[0]!.text;
};

/** Runs a bundle; each load is a new copy of the services. */
export const load = (text: string): Services => {
  const module = { exports: {} };
  const run = new Function('module', 'exports', 'require', text) as (...needs: unknown[]) => void;
  run(module, module.exports, createRequire(import.meta.url));
  return module.exports as Services;
};
