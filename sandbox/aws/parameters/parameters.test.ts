import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type SandboxClock, sandboxClock } from '../../clock.ts';
import { behavesAsParameterStore } from './parameters.conformance.ts';
import { type ParametersServer, startParameters } from './parameters.ts';

let dir: string;
let clock: SandboxClock;
let server: ParametersServer;
let client: SSMClient;

const start = async (): Promise<void> => {
  server = await startParameters({ dir, clock, region: 'eu-west-1', accountId: '000000000000' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SSMClient({ endpoint: server.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
};
const stop = async (): Promise<void> => {
  client.destroy();
  await server.close();
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parameters-'));
  clock = sandboxClock();
  await start();
});
afterEach(async () => {
  await stop();
  clock.stop();
  await rm(dir, { recursive: true });
});

behavesAsParameterStore(() => client);

const get = async (Name: string) =>
  (await client.send(new GetParameterCommand({ Name, WithDecryption: true }))).Parameter;

test('a parameter set from within is there after a restart, and changes only with its value', async () => {
  const arn = server.setParameter('/bus/name', 'main');
  expect(arn).toBe('arn:aws:ssm:eu-west-1:000000000000:parameter/bus/name');
  await stop();
  await start();
  server.setParameter('/bus/name', 'main');
  expect(await get('/bus/name')).toMatchObject({ Value: 'main', Version: 1, ARN: arn });
  server.setParameter('/bus/name', 'other', 'SecureString');
  expect(await get('/bus/name')).toMatchObject({ Value: 'other', Version: 2, Type: 'SecureString' });
});

test('the file is for its owner alone', async () => {
  server.setParameter('a', 'hidden', 'SecureString');
  expect((await stat(join(dir, 'parameters.json'))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(dir, 'parameters.json'), 'utf8')).toContain('hidden');
});

test('a damaged file is refused without saying what it holds', async () => {
  const other = join(dir, 'other');
  await startParameters({ dir: other, clock, region: 'r', accountId: '0' }).then((made) => made.close());
  await writeFile(join(other, 'parameters.json'), '[["a","hidden');
  const started = startParameters({ dir: other, clock, region: 'r', accountId: '0' });
  await expect(started).rejects.toThrow(/parameters.json cannot be read/);
  await expect(started).rejects.not.toThrow(/hidden/);
});
