import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Where all that is built lies. */
export const BUILD = join(ROOT, '.build');

/** One stack as serverless-compose.yml lists it. */
export interface Stack {
  name: string;
  /** Its folder, absolute: where its serverless.yml is. */
  dir: string;
  /** The zip of its functions; null for the platform, which has none. */
  zipPath: string | null;
}

/** All stacks, in the order of serverless-compose.yml, which is the order of the flow. */
export const allStacks = (): Stack[] => {
  const compose = parse(readFileSync(join(ROOT, 'serverless-compose.yml'), 'utf8')) as {
    services: Record<string, { path: string }>;
  };
  return Object.entries(compose.services).map(([name, { path }]) => ({
    name,
    dir: join(ROOT, path),
    zipPath: path.startsWith('services/') ? join(BUILD, `${name}.zip`) : null,
  }));
};
