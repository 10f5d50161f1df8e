import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { type Sandbox, type SandboxInfo, SandboxIsRunning, type SandboxOptions, startSandbox } from './start.ts';

const root = mkdtempSync(join(tmpdir(), 'sandbox-'));
afterAll(() => rmSync(root, { recursive: true }));

const named = (type: string, property: string, name: string, more: object = {}) => ({
  Type: type,
  Properties: { [property]: name, ...more },
});
const published = (name: string, Value: unknown) =>
  named('AWS::SSM::Parameter', 'Name', `/catalog-sync/sandbox/${name}`, { Type: 'String', Value });

/** As small as a deployment can be: a landing zone, a bus, and one function that prints what it finds in its file. */
const platform = {
  Resources: {
    Landing: named('AWS::S3::Bucket', 'BucketName', 'landing', {
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
    Synced: named('AWS::S3::Bucket', 'BucketName', 'synced'),
    Work: named('AWS::S3::Bucket', 'BucketName', 'work'),
    Bus: named('AWS::Events::EventBus', 'Name', 'bus'),
    Archive: named('AWS::Events::Archive', 'ArchiveName', 'archive', { SourceArn: { 'Fn::GetAtt': ['Bus', 'Arn'] } }),
    LandingName: published('bucket/landing', { Ref: 'Landing' }),
    SyncedName: published('bucket/synced', { Ref: 'Synced' }),
    WorkName: published('bucket/work', { Ref: 'Work' }),
    BusName: published('bus/name', { Ref: 'Bus' }),
    Settings: published('settings', 'of the template'),
    Role: { Type: 'AWS::IAM::Role' },
  },
};
const service = {
  Parameters: {
    Settings: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/catalog-sync/sandbox/settings' },
  },
  Resources: {
    Queue: { Type: 'AWS::SQS::Queue' },
    Dead: { Type: 'AWS::SQS::Queue' },
    WhenFileLands: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.s3'], detail: { object: { key: [{ prefix: 'data/' }] } } },
        Targets: [
          {
            Id: 'queue',
            Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Dead', 'Arn'] } },
          },
        ],
      },
    },
    Note: named('AWS::Lambda::Function', 'FunctionName', 'note', {
      Handler: 'handler.note',
      Timeout: 30,
      Environment: { Variables: { SETTINGS: { Ref: 'Settings' } } },
    }),
    NoteFromQueue: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { FunctionName: { Ref: 'Note' }, EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
    },
  },
};
const note = `exports.note = async ({ Records }) => {
  for (const { body } of Records) {
    const { bucket, object } = JSON.parse(body).detail;
    const file = await fetch([process.env.AWS_ENDPOINT_URL_S3, bucket.name, object.key].join('/'));
    console.log(JSON.stringify({ text: await file.text(), settings: process.env.SETTINGS }));
  }
};`;

const packaged = (stacks: Record<string, object>) => {
  const zipPath = join(root, 'note.zip');
  writeFileSync(zipPath, zipSync({ 'handler.js': new TextEncoder().encode(note) }));
  return {
    stacks: Object.entries(stacks).map(([name, template]) => {
      const templatePath = join(root, `${name}.json`);
      writeFileSync(templatePath, JSON.stringify(template));
      return { name, templatePath, zipPath: name === 'platform' ? null : zipPath };
    }),
  };
};

const optionsOn = (dataDir: string): SandboxOptions => ({
  dataDir,
  config: { catalogs: { default: { metaCatalogId: '1000000000000001' } } },
  log: () => undefined,
});
const open: Sandbox[] = [];
const startOn = async (dataDir: string, stacks: Record<string, object> = { platform, service }): Promise<Sandbox> => {
  const sandbox = await startSandbox(optionsOn(dataDir), async () => packaged(stacks));
  open.push(sandbox);
  return sandbox;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.stop()));
});

const land = async (info: SandboxInfo, text: string): Promise<void> => {
  const { status } = await fetch(`${info.s3}/landing/data/file.csv`, { method: 'PUT', body: text });
  expect(status).toBe(200);
};
const logOf = (info: SandboxInfo): string => readFileSync(join(info.logsDir, 'note.log'), 'utf8');
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
};

test('a file that lands reaches the function, through the default bus, rule and queue', async () => {
  const { info } = await startOn(join(root, 'flow'));
  expect(info).toMatchObject({
    region: 'eu-central-1',
    landingBucket: 'landing',
    syncedBucket: 'synced',
    workBucket: 'work',
    busName: 'bus',
    archiveName: 'archive',
    catalogs: { default: '1000000000000001' },
    functions: ['note'],
  });
  await land(info, 'five products');
  await until(() => logOf(info).includes('\n'));
  expect(JSON.parse(logOf(info))).toEqual({
    text: 'five products',
    settings: '{"default":{"metaCatalogId":"1000000000000001"}}',
  });
  expect(await (await fetch(`${info.control}/functions`)).json()).toMatchObject([{ name: 'note', invocations: 1 }]);
  expect(await (await fetch(`${info.control}/info`)).json()).toEqual(info);
});

test('a second one on the folder learns where the first is; after it the folder goes on with clock and objects', async () => {
  const dataDir = join(root, 'again');
  const first = await startOn(dataDir);
  await fetch(`${first.info.control}/clock`, { method: 'POST', body: '{"advanceMs":86400000}' });
  await land(first.info, 'kept');
  const error: unknown = await startOn(dataDir).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SandboxIsRunning);
  expect(error).toMatchObject({ info: first.info });

  await fetch(`${first.info.control}/stop`, { method: 'POST' });
  await first.stopped;
  const second = await startOn(dataDir);
  expect(second.clock.now() - Date.now()).toBeGreaterThan(86_000_000);
  expect(await (await fetch(`${second.info.s3}/landing/data/file.csv`)).text()).toBe('kept');
});

test.each<[string, object, string]>([
  ['names an unknown type', { Vm: { Type: 'AWS::EC2::Instance' } }, 'service, Resources.Vm: the sandbox does not know'],
  [
    'sends to a queue that is not there',
    {
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { source: ['x'] },
          Targets: [{ Id: 'a', Arn: 'arn:aws:sqs:eu-central-1:000000000000:nowhere' }],
        },
      },
    },
    'service, Resources.Rule (AWS::Events::Rule)',
  ],
])('a template that %s stops the start, and leaves the folder free', async (_name, Resources, message) => {
  const dataDir = join(root, 'wrong');
  await expect(startOn(dataDir, { platform, service: { Resources } })).rejects.toThrow(message);
  expect(existsSync(join(dataDir, 'sandbox.lock.json'))).toBe(false);
  await startOn(dataDir);
});

test('a process that dies before a write leaves a folder that starts again and finishes what was accepted', async () => {
  const dataDir = join(root, 'killed');
  const { stacks } = packaged({ platform, service });
  const script = `
    import { startSandbox } from ${JSON.stringify(pathToFileURL(join(__dirname, 'start.ts')).href)};
    const options = { ...${JSON.stringify(optionsOn(dataDir))}, log: () => {} };
    const { info } = await startSandbox(options, async () => (${JSON.stringify({ stacks })}));
    console.log(JSON.stringify(info));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const info = JSON.parse(line) as SandboxInfo;
  // The first write of the queues is the event's delivery.
  await fetch(`${info.control}/fail`, { method: 'POST', body: '{"where":"sqs","write":1,"how":"exit"}' });
  await land(info, 'survives').catch(() => undefined);
  expect((await exit)[1]).toBe('SIGKILL');
  expect(existsSync(join(dataDir, 'sandbox.lock.json'))).toBe(true);

  const again = await startOn(dataDir);
  await until(() => logOf(again.info).includes('\n'));
  expect(JSON.parse(logOf(again.info))).toMatchObject({ text: 'survives' });
});
