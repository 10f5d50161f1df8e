import { csv, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';

const REFUSED = ['shelf-2', 'shelf-4'] as const;

interface Retried {
  catalog: string;
  asked: string[];
  gone: string[];
  notRefused: string[];
}

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await openSandbox();
});
afterAll(() => sandbox?.end());

const retry = (...words: string[]) => sandbox.command<Retried>(['retry', ...words]);
const ids = async (): Promise<string[]> => (await sandbox.meta().items()).map(({ id }) => id);

test('retry sends a refused item again, once Meta takes it', async () => {
  for (const retailerId of REFUSED) await sandbox.meta().fault({ name: 'refuse-item', retailerId });
  const file = await sandbox.file('shelves.csv', csv(products('shelf', 4)));
  expect(await sandbox.run([file])).toMatchObject({ exit: 2, result: { rows: { accepted: 2, errored: 2 } } });
  await sandbox.meta().mend();

  // The same content, unasked, would only be refused again: it is not sent.
  expect(await sandbox.run([file])).toMatchObject({ result: { rows: { errored: 2 }, items: { sent: 0 } } });

  expect(await retry('--item', 'shelf-2', '--item', 'shelf-1', '--item', 'nobody')).toMatchObject({
    exit: 0,
    result: { catalog: 'default', asked: ['shelf-2'], gone: [], notRefused: ['shelf-1', 'nobody'] },
  });
  const third = await sandbox.report(3);
  expect(third).toMatchObject({ status: 'settled', files: [], items: { sent: 1 }, errors: [] });
  expect(await ids()).toEqual(['shelf-1', 'shelf-2', 'shelf-3']);
  const [, asked] = await sandbox.meta().posts();
  expect(asked?.request?.requests).toMatchObject([{ method: 'UPDATE', data: { id: 'shelf-2' } }]);
});

test('with nobody running it is kept, and goes with the next start; then nothing is left to ask for', async () => {
  await sandbox.stop();
  const kept = await retry('--sync', '1');
  expect(kept).toMatchObject({ exit: 0, result: { asked: ['shelf-4'], gone: [], notRefused: ['shelf-2'] } });
  expect(kept.stderr).toContain('next');

  await sandbox.restart();
  expect(await sandbox.report(4)).toMatchObject({ items: { sent: 1 }, errors: [] });
  expect(await ids()).toEqual(['shelf-1', 'shelf-2', 'shelf-3', 'shelf-4']);

  const nothing = { asked: [], gone: [] };
  expect(await retry()).toMatchObject({
    exit: 2,
    result: nothing,
    stderr: expect.stringMatching(/no item .* refused/),
  });
  expect(await retry('--sync', '99')).toMatchObject({ exit: 2, result: nothing, stderr: expect.stringMatching(/99/) });
});
