import { buildSync } from 'esbuild';

/** Bundles what is measured as functions are, so that nobody is charged for taking the types off. */
export const bundle = (entry: string, outfile: string): string => {
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    // io-ts and fp-ts are CommonJS.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return outfile;
};
