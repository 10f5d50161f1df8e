import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as installed from '@aws-sdk/client-s3';
import * as newest from 'aws-sdk-s3-newest';
import { sandboxClock } from '../../clock.ts';
import { type AnySdk, worksWithSdk } from './any-sdk.conformance.ts';
import { startS3 } from './server.ts';

test.each<[string, AnySdk]>([
  ['that the product uses', installed],
  // The types of two versions differ, what the test calls does not.
  ['that is the newest', newest as unknown as AnySdk],
])('the SDK %s puts, lists, reads, copies and deletes, told no more than the endpoint', async (_which, sdk) => {
  const dir = await mkdtemp(join(tmpdir(), 'sdk-'));
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
    await expect(worksWithSdk(sdk, server.url)).resolves.toBeUndefined();
  } finally {
    await server.close();
    clock.stop();
    await rm(dir, { recursive: true });
  }
});
