/**
 * Tries the sandbox's S3 with versions of the SDK that are not installed here, each from npm into a folder of its own:
 * `node scripts/sdks.ts 3.0.0 3.1173.0`. Exits with 1 when one of them fails. Old versions come with hundreds of
 * packages, so they are no dependencies.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type AnySdk, worksWithSdk } from '../sandbox/aws/s3/any-sdk.conformance.ts';
import { startS3 } from '../sandbox/aws/s3/server.ts';
import { sandboxClock } from '../sandbox/clock.ts';

const withFolder = async <A>(work: (dir: string) => Promise<A>): Promise<A> => {
  const dir = await mkdtemp(join(tmpdir(), 'sdks-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

const fetched = async (version: string, dir: string): Promise<AnySdk> => {
  await writeFile(join(dir, 'package.json'), '{}');
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `@aws-sdk/client-s3@${version}`];
  await promisify(execFile)('npm', words, { cwd: dir });
  return createRequire(join(dir, 'package.json'))('@aws-sdk/client-s3') as AnySdk;
};

const tryVersion = (version: string): Promise<void> =>
  withFolder(async (sdkDir) => {
    const sdk = await fetched(version, sdkDir);
    await withFolder(async (dir) => {
      const clock = sandboxClock();
      const server = await startS3({
        dir,
        clock,
        region: 'eu-west-1',
        accountId: '000000000000',
        onEvent: () => undefined,
        beforeWrite: () => undefined,
      });
      try {
        await worksWithSdk(sdk, server.url);
      } finally {
        await server.close();
        clock.stop();
      }
    });
  });

const versions = process.argv.slice(2);
const isVersion = (text: string): boolean => /^3\.\d+\.\d+$/.test(text);
if (versions.length === 0 || !versions.every(isVersion)) {
  process.stderr.write('node scripts/sdks.ts <version> ..., each a version of @aws-sdk/client-s3 such as 3.0.0\n');
  process.exitCode = 2;
} else
  for (const version of versions) {
    try {
      await tryVersion(version);
      process.stdout.write(`${version} works\n`);
    } catch (error) {
      process.stdout.write(`${version} fails: ${(error as Error).message}\n`);
      process.exitCode = 1;
    }
  }
