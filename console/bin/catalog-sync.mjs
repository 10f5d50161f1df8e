#!/usr/bin/env node
// Finds a Node that runs TypeScript as it is (24 or newer) and hands over to it: this file must run on older ones too.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** This Node if it is new enough, else the one that npm installed beside us (Linux), else none. */
const findNode = () => {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED) return process.execPath;
  try {
    return createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/bin/node`);
  } catch {
    return undefined;
  }
};

const node = findNode();
if (node === undefined) {
  process.stderr.write(
    `catalog-sync needs Node ${NEEDED} or newer, and this is ${process.version}: install it and try again\n`,
  );
  process.exit(1);
}
// Compiled code is kept between starts; a folder that cannot be written is no matter.
const cache = fileURLToPath(new URL('../../node_modules/.cache/catalog-sync/', import.meta.url));
// The emulator of Meta holds all products, about a kilobyte each: for millions Node's own limit, 4 GB at most, is too little.
const allowed = process.constrainedMemory?.() || totalmem();
const heap = `--max-old-space-size=${Math.floor((Math.min(allowed, totalmem()) * 3) / 4 / 2 ** 20)}`;
const child = spawn(node, [heap, '--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { NODE_COMPILE_CACHE: cache, ...process.env },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));
