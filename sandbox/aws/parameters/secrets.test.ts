import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type SandboxClock, sandboxClock } from '../../clock.ts';
import { behavesAsSecretsManager } from './secrets.conformance.ts';
import { type SecretsServer, startSecrets } from './secrets.ts';

const DAY = 24 * 3600 * 1000;

let dir: string;
let clock: SandboxClock;
let server: SecretsServer;
let client: SecretsManagerClient;

const start = async (): Promise<void> => {
  server = await startSecrets({ dir, clock, region: 'eu-west-1', accountId: '000000000000' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new SecretsManagerClient({ endpoint: server.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
};
const stop = async (): Promise<void> => {
  client.destroy();
  await server.close();
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'secrets-'));
  clock = sandboxClock();
  await start();
});
afterEach(async () => {
  await stop();
  clock.stop();
  await rm(dir, { recursive: true });
});

behavesAsSecretsManager(() => client);

const get = (SecretId: string, VersionStage = 'AWSCURRENT') =>
  client.send(new GetSecretValueCommand({ SecretId, VersionStage }));

test('a secret set from within keeps its ARN, and gets a version only with another text', async () => {
  const arn = server.setSecret('meta', 'one');
  const { VersionId } = await get(arn);
  await stop();
  await start();
  expect(server.setSecret('meta', 'one')).toBe(arn);
  expect((await get('meta')).VersionId).toBe(VersionId);
  expect(server.setSecret('meta', 'two')).toBe(arn);
  expect((await get('meta')).SecretString).toBe('two');
  expect((await get('meta', 'AWSPREVIOUS')).SecretString).toBe('one');
});

test('a deleted secret is gone when its days are over', async () => {
  server.setSecret('meta', 'one');
  await client.send(new DeleteSecretCommand({ SecretId: 'meta', RecoveryWindowInDays: 7 }));
  const describeIt = () => client.send(new DescribeSecretCommand({ SecretId: 'meta' }));
  clock.advance(7 * DAY - 60_000);
  expect((await describeIt()).Name).toBe('meta');
  clock.advance(60_000);
  await expect(describeIt()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a deleted secret that is set again lives', async () => {
  server.setSecret('meta', 'one');
  await client.send(new DeleteSecretCommand({ SecretId: 'meta' }));
  server.setSecret('meta', 'one');
  expect((await get('meta')).SecretString).toBe('one');
});

test('many versions do not push out those that have a stage', async () => {
  server.setSecret('meta', '0');
  for (let n = 1; n < 150; n++) server.setSecret('meta', `${n}`);
  expect((await get('meta')).SecretString).toBe('149');
  expect((await get('meta', 'AWSPREVIOUS')).SecretString).toBe('148');
});
