import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AnotherHost, openAnotherHost } from './harness/another-host.ts';
import { type Answer, command, lastLine, start } from './harness/command-line.ts';
import { changeSettings } from './harness/meta.ts';
import { csv, products } from './harness/products.ts';
import { openSandbox, type Sandbox } from './harness/sandbox.ts';
import { waitFor } from './harness/wait-for.ts';

const SECRETS = { META_ACCESS_TOKEN: 'EAAtokenofthesystemuser', META_APP_SECRET: 'secretoftheapp' };
const OURS = ['catalog-sync-doctor-on-sale', 'catalog-sync-doctor-plain', 'catalog-sync-doctor-refused'];

let sandbox: Sandbox;
let host: AnotherHost;

beforeAll(async () => {
  sandbox = await openSandbox({ env: SECRETS });
  host = await openAnotherHost(() => sandbox.info.graph);
  await changeSettings(sandbox.info.graph, { requireProof: true });
  await sandbox.run([await sandbox.file('shelves.csv', csv(products('shelf', 2)))]);
});
afterAll(async () => {
  await host?.close();
  await sandbox?.end();
});
afterEach(() => sandbox.meta().mend());

const ids = async (): Promise<string[]> => (await sandbox.meta().items()).map(({ id }) => id);
const posted = async (): Promise<string[]> => {
  const bodies = (await sandbox.meta().posts()).map(({ request }) => request?.requests ?? []);
  return bodies.flat().map(({ data }) => data.id);
};
const folder = (name: string): string => join(sandbox.folder, name);
const atHost = (into: string, ...more: string[]): string[] => [
  ...['doctor', '--json', '--data-dir', folder('nobody-runs-here'), '--graph-url', host.url],
  ...['--record', folder(into), '--timeout', '40', ...more],
];
const recordedBy = ({ stdout }: Answer): string | null => lastLine<{ recorded: string | null }>(stdout).recorded;

interface Recording {
  recordedAgainst: string;
  syncs: { exchanges: { method: string; body: string | null; path: string }[]; result: { rows: { landed: number } } }[];
}

const expectGood = async (answer: Answer, against: string): Promise<void> => {
  const text = await readFile(recordedBy(answer) ?? '', 'utf8');
  const { recordedAgainst, syncs } = JSON.parse(text) as Recording;
  expect({ recordedAgainst, landed: syncs.map(({ result }) => result.rows.landed) }).toEqual({
    recordedAgainst: against,
    landed: [3, 1],
  });
  // With a proof that the app demands, and yet without one: bodies stand as they are stored.
  const [first] = syncs[0]!.exchanges;
  expect(first).toMatchObject({ method: 'POST', body: expect.stringMatching(/^\{"allow_upsert":true,"requests":\[/) });
  for (const secret of [...Object.values(SECRETS), 'appsecret_proof', 'uthorization']) {
    expect(text + answer.stdout + answer.stderr).not.toContain(secret);
  }
};

test('against the emulator of the sandbox that runs: a file, and the catalog as it was', async () => {
  const answer = await command(['doctor', '--json', '--data-dir', sandbox.dataDir, '--record', folder('emulator')]);
  expect(answer.exit).toBe(0);
  expect(recordedBy(answer)).toBe(join(folder('emulator'), 'emulator.json'));
  await expectGood(answer, 'emulator');
  expect(await ids()).toEqual(['shelf-1', 'shelf-2']);
  expect([...new Set(await posted())].sort()).toEqual([...OURS, 'shelf-1', 'shelf-2']);
});

test('against another host nothing is written before somebody agrees', async () => {
  const before = await posted();
  const answer = await command(atHost('unasked'), SECRETS);
  expect(answer).toMatchObject({ exit: 1, stderr: expect.stringMatching(/writes 3 test products.*--yes/) });
  expect(recordedBy(answer)).toBeNull();
  expect(await posted()).toEqual(before);
  await expect(readdir(folder('unasked'))).rejects.toThrow('ENOENT');
});

test('then it is recorded under the name of the host', async () => {
  const answer = await command(atHost('agreed', '--yes'), SECRETS);
  expect(answer.exit).toBe(0);
  expect(recordedBy(answer)).toBe(join(folder('agreed'), '127.0.0.1.json'));
  await expectGood(answer, '127.0.0.1');
  expect(await ids()).toEqual(['shelf-1', 'shelf-2']);
});

test('a recording that breaks off writes nothing, and tidies up all the same', async () => {
  // The second sync finds the door closed; what tidies up finds it open again.
  const script = { script: [null, { name: 'token-expired' }], endpoint: 'items_batch' };
  await fetch(`${sandbox.info.graph}/_emulator/faults`, { method: 'POST', body: JSON.stringify(script) });
  const answer = await command(atHost('broken', '--yes'), SECRETS);
  expect(answer.exit).toBe(1);
  expect(answer.stderr).toMatch(/code 190/);
  expect(recordedBy(answer)).toBeNull();
  expect(await ids()).toEqual(['shelf-1', 'shelf-2']);
  await expect(readdir(folder('broken'))).rejects.toThrow('ENOENT');
});

test('one that is stopped by Ctrl-C tidies up, too', async () => {
  const running = start(atHost('stopped', '--yes'), SECRETS);
  await waitFor('the first products', async () => ((await ids()).length > 2 ? true : undefined));
  // As from a terminal: all processes are told, and the launcher tells the command once more.
  process.kill(-(running.child.pid ?? 0), 'SIGINT');
  expect(await running.ended).toBe(1);
  expect(running.written.stderr).toMatch(/stopped by a signal/);
  expect(await ids()).toEqual(['shelf-1', 'shelf-2']);
});
