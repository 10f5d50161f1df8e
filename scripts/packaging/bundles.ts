import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type BuildFailure, build, formatMessages } from 'esbuild';
import { BUILD, ROOT, type Stack } from './stacks.ts';
import { hashOfFiles, readStamp, writeStamp } from './stamp.ts';
import { zipOf } from './zip.ts';

const INPUTS = ['shared/**/*.ts', 'services/*/src/**/*.ts', 'services/*/package.json', 'scripts/packaging/*.ts'];
const STAMP = join(BUILD, 'bundles.sha256');

/** Lies beside each handler, so that Node takes it for CommonJS wherever the zip is unpacked. */
const COMMON_JS = new TextEncoder().encode('{"type":"commonjs"}\n');

/**
 * Bundles all handlers, SDK included, into `.build/<service>/handler.js` and zips each as `.build/<service>.zip`. Does
 * nothing and answers false when no source has changed since. Throws an error that shows what esbuild found and where.
 */
export const buildBundles = async (stacks: readonly Stack[], log: (line: string) => void): Promise<boolean> => {
  const services = stacks.flatMap(({ name, dir, zipPath }) =>
    zipPath === null ? [] : [{ name, zipPath, source: join(dir, 'src/handler.ts') }],
  );
  const stamp = hashOfFiles([...INPUTS, 'package-lock.json']);
  if (readStamp(STAMP) === stamp && services.every(({ zipPath }) => existsSync(zipPath))) return false;

  const missing = services.filter(({ source }) => !existsSync(source));
  if (missing.length > 0) {
    throw new Error(`no handler to bundle: ${missing.map(({ source }) => relative(ROOT, source)).join(', ')}`);
  }
  log(`bundling ${services.map(({ name }) => name).join(', ')}`);
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(services.map(({ name, source }) => [`${name}/handler`, source])),
    outdir: BUILD,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // Packages' ES modules where they have some: only those can be shaken.
    mainFields: ['module', 'main'],
    treeShaking: true,
    // Not minified, and no source maps: a stack trace names our own functions, and each part of the bundle its file.
    minify: false,
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  }).catch(async (failure: BuildFailure) => {
    throw new Error(`the handlers do not bundle:\n${await readable(failure)}`);
  });

  for (const { name, zipPath } of services) {
    const bundle = outputFiles.find(({ path }) => path === join(BUILD, name, 'handler.js'));
    if (bundle === undefined) throw new Error(`esbuild made no bundle for ${name}`);
    replace(bundle.path, bundle.contents);
    replace(zipPath, zipOf({ 'handler.js': bundle.contents, 'package.json': COMMON_JS }));
  }
  writeStamp(STAMP, stamp);
  return true;
};

const readable = async ({ errors, message }: BuildFailure): Promise<string> =>
  errors === undefined ? message : (await formatMessages(errors, { kind: 'error', color: false })).join('\n');

/** Whoever reads the file at this moment reads the old one or the new one, never half of one. */
export const replace = (path: string, content: Uint8Array | string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
};
