import { busOf } from './harness/bus.ts';
import { csv, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';
import { waitFor } from './harness/wait-for.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox?.end());

test('S3 tells of a file on the default bus alone: the same rule on the bus of our own gets no message', async () => {
  const { busName, landingBucket } = sandbox.info;
  const bus = busOf(sandbox.info);
  const pattern = { source: ['aws.s3'], detail: { bucket: { name: [landingBucket] } } };
  const ownHears = await bus.listen(busName, 'on-the-own-bus', pattern);
  const defaultHears = await bus.listen('default', 'on-the-default-bus', pattern);
  // A rule that hears what is said there proves that the queue, the target and the bus do work.
  const domain = await bus.listen(busName, 'of-our-own-events', { source: [{ prefix: 'catalog-sync.' }] });

  await sandbox.landing.put('data/file.csv', csv(products('shelf', 2)));
  await sandbox.report(1);

  // By now the file has landed, was copied to the archive, and was deleted.
  await waitFor('the events of S3 and of the sync', async () =>
    (await defaultHears()) >= 2 && (await domain()) >= 8 ? true : undefined,
  );
  expect(await ownHears()).toBe(0);
});
