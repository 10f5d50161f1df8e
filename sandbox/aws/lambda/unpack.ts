import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { unzipSync } from 'fflate';

/**
 * Unpacks a function's zip into a folder below `dir` named by the zip's content, unless it is there already, and
 * answers with that folder. The folder appears whole or not at all, so a process that dies on the way leaves nothing half.
 */
export const unpack = async (zipPath: string, dir: string): Promise<string> => {
  const zip = await readFile(zipPath);
  const target = join(dir, createHash('sha256').update(zip).digest('hex').slice(0, 16));
  if (existsSync(target)) return target;
  await mkdir(dir, { recursive: true });
  // On Lambda nothing lies above the code; here a package.json could, and make modules of another kind of it.
  await writeFile(join(dir, 'package.json'), '{}');
  const partial = `${target}.${randomBytes(4).toString('hex')}`;
  for (const [name, content] of Object.entries(unzipSync(zip))) {
    if (name.endsWith('/')) continue;
    if (normalize(name).startsWith('..')) throw new Error(`${zipPath} holds ${name}, which lies outside of it`);
    const file = join(partial, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  try {
    await rename(partial, target);
  } catch (cause) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw new Error(`could not unpack ${zipPath} to ${target}`, { cause });
  }
  return target;
};
