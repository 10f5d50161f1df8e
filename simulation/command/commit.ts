import { execFileSync } from 'node:child_process';

/** What is checked out, so that a failure can be made again; `unknown` outside a repository. */
export const commit = (): string => {
  try {
    const words = ['rev-parse', '--short', 'HEAD'];
    return execFileSync('git', words, { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'unknown';
  }
};
