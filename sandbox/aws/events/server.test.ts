import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { type SandboxClock, sandboxClock } from '../../clock.ts';
import { behavesAsEventBridge } from './events.conformance.ts';
import type { RuleSettings } from './rules.ts';
import { type EventsOptions, type EventsServer, startEvents } from './server.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:queue';
const DEAD = 'arn:aws:sqs:eu-west-1:000000000000:dead';
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

interface Received {
  arn: string;
  body: string;
}
interface Dead extends Received {
  attributes: Record<string, string>;
}

let dir: string;
let clock: SandboxClock;
let received: Received[];
let dead: Dead[];
let events: EventsServer;
let client: EventBridgeClient;

const start = async (more: Partial<EventsOptions> = {}): Promise<void> => {
  events = await startEvents({
    dir,
    clock,
    region: 'eu-west-1',
    accountId: '000000000000',
    speedup: 1,
    deliver: async (arn, body) => {
      received.push({ arn, body });
    },
    deadLetter: async (arn, body, attributes) => {
      dead.push({ arn, body, attributes });
    },
    beforeWrite: () => {},
    ...more,
  });
  client = new EventBridgeClient({
    endpoint: events.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  events.putBus('main');
};
const stop = async (): Promise<void> => {
  client.destroy();
  await events.close();
};

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'events-'));
  clock = sandboxClock();
  received = [];
  dead = [];
});
afterEach(async () => {
  await stop();
  clock.stop();
  await rm(dir, { recursive: true });
});

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
};
const settled = (): Promise<void> => until(() => events.idle());

const rule = (more: Partial<RuleSettings> = {}): RuleSettings => ({
  name: 'r',
  busName: 'main',
  pattern: '{"source":["catalog-sync.ingest"]}',
  enabled: true,
  targets: [{ id: 'queue', arn: QUEUE }],
  ...more,
});
const say = async (detail: object, more: Partial<PutEventsRequestEntry> = {}): Promise<string> => {
  const Entries = [
    { EventBusName: 'main', Source: 'catalog-sync.ingest', DetailType: 'X', Detail: JSON.stringify(detail), ...more },
  ];
  const answer = await client.send(new PutEventsCommand({ Entries }));
  expect(answer.FailedEntryCount).toBe(0);
  return answer.Entries?.[0]?.EventId as string;
};
const bodies = (): Record<string, unknown>[] => received.map(({ body }) => JSON.parse(body));
const details = (): unknown[] => bodies().map(({ detail }) => detail);

describe('the sandbox', () => {
  beforeEach(() => start());
  behavesAsEventBridge(() => ({ client, busName: 'main' }));

  test('refuses an entry for a bus that is not there, so that the mistake shows', async () => {
    const Entries = [{ EventBusName: 'other', Source: 's', DetailType: 'd', Detail: '{}' }];
    const { Entries: answers } = await client.send(new PutEventsCommand({ Entries }));
    expect(answers).toEqual([
      { ErrorCode: 'InvalidArgument', ErrorMessage: expect.stringMatching(/other does not exist/) },
    ]);
  });
});

describe('an event', () => {
  beforeEach(() => start());

  test('reaches the targets of the rules that want it, in an envelope', async () => {
    const arn = events.putRule(rule());
    expect(arn).toBe('arn:aws:events:eu-west-1:000000000000:rule/main/r');
    events.putRule(rule({ name: 'other', pattern: '{"source":["other"]}' }));
    events.putRule(rule({ name: 'off', enabled: false }));
    events.putRule(rule({ name: 'elsewhere', busName: 'default' }));
    const id = await say({ a: 1 }, { Time: new Date('2026-11-23T06:00:00.900Z'), Resources: ['r1'] });
    await settled();
    expect(received.map(({ arn: target }) => target)).toEqual([QUEUE]);
    expect(bodies()).toEqual([
      {
        version: '0',
        id,
        'detail-type': 'X',
        source: 'catalog-sync.ingest',
        account: '000000000000',
        time: '2026-11-23T06:00:00Z',
        region: 'eu-west-1',
        resources: ['r1'],
        detail: { a: 1 },
      },
    ]);
    expect(events.stats).toEqual({ accepted: 1, delivered: 1, failed: 0 });
  });

  test('carries the time of the clock when it names none', async () => {
    events.putRule(rule());
    clock.advance(365 * DAY);
    await say({});
    await settled();
    expect(Math.abs(Date.parse(bodies()[0]?.time as string) - clock.now())).toBeLessThan(MINUTE);
  });

  test('reaches each target once, as that target wants it', async () => {
    events.putRule(
      rule({
        targets: [
          { id: 'a', arn: QUEUE, inputPath: '$.detail' },
          { id: 'b', arn: QUEUE, input: '"constant"' },
          {
            id: 'c',
            arn: QUEUE,
            inputTransformer: { inputPathsMap: { a: '$.detail.a' }, inputTemplate: '{"is":<a>}' },
          },
        ],
      }),
    );
    await say({ a: 1 });
    await settled();
    expect(received.map(({ body }) => body).sort((a, b) => a.localeCompare(b))).toEqual([
      '"constant"',
      '{"a":1}',
      '{"is":1}',
    ]);
  });

  test('of an AWS service comes from within, on the default bus', async () => {
    events.putRule(rule({ busName: 'default', pattern: '{"source":["aws.s3"]}' }));
    const s3 = { source: 'aws.s3', 'detail-type': 'Object Created', detail: { object: { key: 'k' } } };
    const id = events.accept('default', { ...s3, resources: ['arn:aws:s3:::landing'] });
    await settled();
    expect(bodies()).toMatchObject([{ ...s3, id, resources: ['arn:aws:s3:::landing'] }]);
    expect(() => events.accept('other', s3)).toThrow(/other does not exist/);
  });
});

test('a rule put again replaces the rule of its name on its bus', async () => {
  await start();
  events.putRule(rule());
  events.putRule(rule({ pattern: '{"source":["other"]}' }));
  await say({});
  await settled();
  expect(received).toEqual([]);
});

test.each<[string, Partial<RuleSettings>, RegExp]>([
  ['six targets', { targets: [1, 2, 3, 4, 5, 6].map((id) => ({ id: `${id}`, arn: QUEUE })) }, /5 targets of a rule/],
  ['a long pattern', { pattern: JSON.stringify({ source: ['x'.repeat(2048)] }) }, /2048 characters/],
  ['a target that is no ARN', { targets: [{ id: 'a', arn: 'queue' }] }, /not in correct format/],
  ['two targets of one id', { targets: [1, 2].map(() => ({ id: 'a', arn: QUEUE })) }, /two targets of one id/],
  [
    'too many retries',
    { targets: [{ id: 'a', arn: QUEUE, retryPolicy: { maximumRetryAttempts: 186 } }] },
    /MaximumRetryAttempts is 186/,
  ],
])('a rule with %s is refused', async (_what, settings, reason) => {
  await start();
  expect(() => events.putRule(rule(settings))).toThrow(reason);
});

describe('a target that fails', () => {
  const failing = async (failures: number, code?: string): Promise<void> => {
    await start({
      deliver: async (arn, body) => {
        if (failures-- > 0) throw Object.assign(new Error('no such luck'), code === undefined ? {} : { code });
        received.push({ arn, body });
      },
    });
  };
  const withPolicy = (maximumRetryAttempts: number, maximumEventAgeInSeconds = 86_400): void => {
    const retryPolicy = { maximumRetryAttempts, maximumEventAgeInSeconds };
    events.putRule(rule({ targets: [{ id: 'queue', arn: QUEUE, retryPolicy, deadLetterArn: DEAD }] }));
  };

  test('is tried again, later', async () => {
    await failing(1);
    withPolicy(185);
    await say({ a: 1 });
    expect(events.idle()).toBe(false);
    clock.advance(5000);
    await until(() => {
      clock.advance(1000);
      return events.idle();
    });
    expect(details()).toEqual([{ a: 1 }]);
    expect(dead).toEqual([]);
    expect(events.stats).toEqual({ accepted: 1, delivered: 1, failed: 0 });
  });

  test('gets no more tries than its policy grants, then the event is dead-lettered', async () => {
    await failing(Number.POSITIVE_INFINITY);
    withPolicy(2);
    await say({ a: 1 });
    await until(() => {
      clock.advance(1000);
      return events.idle();
    });
    expect(dead.map(({ arn, body }) => [arn, JSON.parse(body).detail])).toEqual([[DEAD, { a: 1 }]]);
    expect(dead[0]?.attributes).toEqual({
      RULE_ARN: 'arn:aws:events:eu-west-1:000000000000:rule/main/r',
      TARGET_ARN: QUEUE,
      ERROR_CODE: 'ERROR_FROM_TARGET',
      ERROR_MESSAGE: 'no such luck',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '2',
    });
    expect(events.stats).toEqual({ accepted: 1, delivered: 0, failed: 1 });
  });

  test('gets no try after the age that its policy grants', async () => {
    await failing(Number.POSITIVE_INFINITY);
    withPolicy(185, 60);
    const from = clock.now();
    await say({});
    await until(() => {
      clock.advance(100);
      return events.idle();
    });
    expect(clock.now() - from).toBeGreaterThanOrEqual(60_000);
    expect(dead[0]?.attributes.EXHAUSTED_RETRY_CONDITION).toBe('MaximumEventAgeInSeconds');
  });

  test.each([
    ['NO_RESOURCE', 'NO_RESOURCE'],
    ['NO_PERMISSIONS', 'NO_PERMISSIONS'],
    ['AWS.SimpleQueueService.NonExistentQueue', 'NO_RESOURCE'],
  ])('for good, with %s, is not tried again', async (code, ERROR_CODE) => {
    await failing(Number.POSITIVE_INFINITY, code);
    withPolicy(185);
    await say({});
    await settled();
    expect(dead[0]?.attributes).toMatchObject({ ERROR_CODE, RETRY_ATTEMPTS: '0' });
    expect(dead[0]?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  test.each([
    ['THROTTLING', 'THROTTLING'],
    ['ECONNREFUSED', 'ERROR_FROM_TARGET'],
    ['constructor', 'ERROR_FROM_TARGET'],
  ])('for a while, with %s, is dead-lettered as %s in the end', async (code, ERROR_CODE) => {
    await failing(Number.POSITIVE_INFINITY, code);
    withPolicy(0);
    await say({});
    await settled();
    expect(dead[0]?.attributes).toMatchObject({
      ERROR_CODE,
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
  });

  test('without a dead-letter queue loses the event', async () => {
    await failing(Number.POSITIVE_INFINITY, 'NO_PERMISSIONS');
    events.putRule(rule());
    await say({});
    await settled();
    expect([received, dead]).toEqual([[], []]);
    expect(events.stats).toEqual({ accepted: 1, delivered: 0, failed: 1 });
  });

  test('by a template that gives no JSON is not tried', async () => {
    await failing(0);
    const inputTransformer = { inputPathsMap: { a: '$.detail.a' }, inputTemplate: '{"a":<a> <a>}' };
    events.putRule(rule({ targets: [{ id: 'queue', arn: QUEUE, inputTransformer, deadLetterArn: DEAD }] }));
    await say({ a: 1 });
    await settled();
    expect(received).toEqual([]);
    expect(dead[0]?.attributes.ERROR_CODE).toBe('INVALID_JSON');
    expect(JSON.parse(dead[0]?.body ?? '')).toMatchObject({ detail: { a: 1 } });
  });
});

describe('a process that ends', () => {
  /** The folder as a process leaves it that dies with deliveries under way. */
  const diedWith = async (count: number): Promise<void> => {
    let begun = 0;
    let die = (): void => {};
    const hang = new Promise<void>((_resolve, reject) => {
      die = () => reject(new Error('dead'));
    });
    await start({
      deliver: () => {
        begun++;
        return hang;
      },
    });
    events.putRule(rule());
    for (let n = 0; n < count; n++) await say({ n });
    await until(() => begun === count);
    const left = await readFile(join(dir, 'deliveries.jsonl'));
    const stopped = stop();
    setImmediate(die);
    await stopped;
    await writeFile(join(dir, 'deliveries.jsonl'), left);
  };

  test('leaves what is not delivered to the next one', async () => {
    await diedWith(2);
    await start();
    await settled();
    expect(details()).toEqual([{ n: 0 }, { n: 1 }]);
  });

  test('leaves it also when it dies while it writes the next', async () => {
    await diedWith(1);
    await writeFile(join(dir, 'deliveries.jsonl'), '{"add":{"id":"x","bo', { flag: 'a' });
    await start();
    await settled();
    expect(details()).toEqual([{ n: 0 }]);
    await say({});
    expect(await readFile(join(dir, 'deliveries.jsonl'), 'utf8')).not.toContain('"bo{');
  });

  test('does not leave what was delivered', async () => {
    await start();
    events.putRule(rule());
    await say({});
    await settled();
    await stop();
    received = [];
    await start();
    await say({ other: true });
    await settled();
    expect(received).toEqual([]);
  });

  test('leaves nothing half when it is ended before a write', async () => {
    let writes = 0;
    await start({
      beforeWrite: () => {
        if (++writes === 2) throw new Error('the process ends here');
      },
    });
    events.putRule(rule());
    events.putArchive({ name: 'all', busName: 'main', retentionDays: 0 });
    await say({ n: 1 });
    await expect(say({ n: 2 })).rejects.toThrow();
    await settled();
    expect(details()).toEqual([{ n: 1 }]);
    const { EventCount } = await client.send(new DescribeArchiveCommand({ ArchiveName: 'all' }));
    expect(EventCount).toBe(1);
  });

  test('delivers nothing when its targets could not be made', async () => {
    await diedWith(1);
    await start({ ready: Promise.reject(new Error('no targets')) });
    await new Promise((resolve) => setImmediate(resolve));
    expect([received, events.idle()]).toEqual([[], false]);
    await stop();
    await start();
    await settled();
    expect(details()).toEqual([{ n: 0 }]);
  });

  test('delivers nothing before its targets are ready', async () => {
    await diedWith(1);
    let targetsAreMade = (): void => {};
    await start({
      ready: new Promise((resolve) => {
        targetsAreMade = resolve;
      }),
    });
    await say({});
    expect([received, events.idle()]).toEqual([[], false]);
    targetsAreMade();
    await settled();
    expect(details()).toEqual([{ n: 0 }]);
  });
});

describe('a schedule', () => {
  const scheduled = (schedule: string, more: Partial<RuleSettings> = {}): RuleSettings => ({
    name: 's',
    busName: 'default',
    schedule,
    enabled: true,
    targets: [{ id: 'queue', arn: QUEUE }],
    ...more,
  });

  test('fires at its rate', async () => {
    await start();
    const arn = events.putRule(scheduled('rate(5 minutes)'));
    clock.advance(4 * MINUTE);
    expect(events.idle()).toBe(true);
    clock.advance(MINUTE);
    await until(() => received.length === 1);
    clock.advance(5 * MINUTE);
    await until(() => received.length === 2);
    expect(bodies()[0]).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: [arn],
      detail: {},
    });
  });

  test('fires once for all that a jump of the clock passed over', async () => {
    await start();
    events.putRule(scheduled('rate(1 minute)'));
    clock.advance(DAY);
    await settled();
    expect(received).toHaveLength(1);
  });

  test('fires sooner where time is short', async () => {
    await start({ speedup: 10 });
    events.putRule(scheduled('rate(10 minutes)'));
    clock.advance(MINUTE);
    await settled();
    expect(received).toHaveLength(1);
  });

  test('fires at its hour', async () => {
    await start({ speedup: 10 });
    events.putRule(scheduled('cron(0 6 * * ? *)'));
    const toSix = (6 * 60 * MINUTE - (clock.now() % DAY) + DAY) % DAY;
    clock.advance(toSix - 1000);
    expect(events.idle()).toBe(true);
    clock.advance(1000);
    await until(() => received.length === 1);
    expect(bodies()[0]?.time).toMatch(/T06:00:0/);
  });

  test('does not fire when its rule is disabled or put without it', async () => {
    await start();
    events.putRule(scheduled('rate(1 minute)'));
    events.putRule(scheduled('rate(1 minute)', { enabled: false }));
    events.putRule(scheduled('rate(1 minute)', { name: 't' }));
    const { schedule: _, ...without } = scheduled('rate(1 minute)', { name: 't', pattern: '{"source":["x"]}' });
    events.putRule(without);
    clock.advance(DAY);
    expect(events.idle()).toBe(true);
    expect(received).toEqual([]);
  });

  test('that is none is refused', async () => {
    await start();
    expect(() => events.putRule(scheduled('rate(1 minutes)'))).toThrow(/ScheduleExpression is not valid/);
  });
});

describe('an archive', () => {
  const ARCHIVE = 'arn:aws:events:eu-west-1:000000000000:archive/all';
  const BUS = 'arn:aws:events:eu-west-1:000000000000:event-bus/main';
  const count = async (): Promise<number> =>
    (await client.send(new DescribeArchiveCommand({ ArchiveName: 'all' }))).EventCount ?? Number.NaN;
  const replay = async (
    ReplayName: string,
    more: { from?: number; to?: number; rules?: string[] } = {},
  ): Promise<void> => {
    await client.send(
      new StartReplayCommand({
        ReplayName,
        EventSourceArn: ARCHIVE,
        EventStartTime: new Date(more.from ?? 0),
        EventEndTime: new Date(more.to ?? clock.now()),
        Destination: { Arn: BUS, ...(more.rules && { FilterArns: more.rules }) },
      }),
    );
    await settled();
  };

  test('keeps the events of its bus that fit its pattern', async () => {
    await start();
    events.putArchive({ name: 'all', busName: 'main', pattern: '{"detail":{"keep":[true]}}', retentionDays: 7 });
    await say({ keep: true });
    await say({ keep: false });
    await say({ keep: true }, { EventBusName: 'default' });
    expect(await count()).toBe(1);
    expect(await readFile(join(dir, 'archives', 'all.jsonl'), 'utf8')).toMatch(/"keep":true/);
  });

  test('keeps them over a restart, and a change of its settings', async () => {
    await start();
    events.putArchive({ name: 'all', busName: 'main', retentionDays: 7 });
    await say({});
    await stop();
    await start();
    events.putArchive({ name: 'all', busName: 'main', retentionDays: 7 });
    await say({});
    events.putArchive({ name: 'all', busName: 'main', retentionDays: 8 });
    expect(await count()).toBe(2);
  });

  test('keeps them for its days', async () => {
    await start();
    events.putArchive({ name: 'all', busName: 'main', retentionDays: 7 });
    await say({ n: 1 });
    clock.advance(4 * DAY);
    await say({ n: 2 });
    clock.advance(3 * DAY - MINUTE);
    expect(await count()).toBe(2);
    clock.advance(MINUTE);
    expect(await count()).toBe(1);
    clock.advance(4 * DAY);
    events.putRule(rule());
    await replay('too-late');
    expect(received).toEqual([]);
    expect(await count()).toBe(0);
  });

  test('is replayed to the rules of today, with the name of the replay, and not archived again', async () => {
    await start();
    events.putArchive({ name: 'all', busName: 'main', retentionDays: 0 });
    const id = await say({ n: 1 });
    events.putRule(rule());
    await replay('again');
    expect(bodies()).toMatchObject([{ id, detail: { n: 1 }, 'replay-name': 'again' }]);
    expect(await count()).toBe(1);
    const { State, ReplayEndTime } = await client.send(new DescribeReplayCommand({ ReplayName: 'again' }));
    expect(State).toBe('COMPLETED');
    expect(ReplayEndTime).toBeInstanceOf(Date);
  });

  test('is replayed to the chosen rules only, by patterns that see the replay', async () => {
    await start();
    events.putArchive({ name: 'all', busName: 'main', retentionDays: 0 });
    await say({});
    const chosen = events.putRule(rule({ name: 'chosen', targets: [{ id: 'a', arn: `${QUEUE}-chosen` }] }));
    const first = events.putRule(rule({ name: 'first', pattern: '{"replay-name":[{"exists":false}]}' }));
    events.putRule(rule({ name: 'other' }));
    await replay('again', { rules: [chosen, first] });
    expect(received.map(({ arn }) => arn)).toEqual([`${QUEUE}-chosen`]);
  });

  test('is replayed for a span of time, minute by minute and in no order within', async () => {
    await start();
    events.putArchive({ name: 'all', busName: 'main', retentionDays: 0 });
    events.putRule(rule({ pattern: '{"replay-name":[{"exists":true}]}' }));
    const from = Date.parse('2026-11-23T06:00:00Z');
    const sent: number[] = [];
    for (let n = -1; n < 61; n++) {
      await say({ n }, { Time: new Date(from + n * 2000) });
      sent.push(n);
    }
    await replay('again', { from, to: from + 59 * 2000 });
    const order = bodies().map(({ detail }) => (detail as { n: number }).n);
    expect([...order].sort((a, b) => a - b)).toEqual(sent.slice(1, -1));
    expect(order).not.toEqual(sent.slice(1, -1));
    expect(Math.max(...order.slice(0, 30))).toBe(29);
  });

  test('remembers its replays, and fails one that the end of the process cut off', async () => {
    await start();
    events.putArchive({ name: 'all', busName: 'main', retentionDays: 0 });
    for (let n = 0; n < 3; n++) await say({ n });
    await replay('whole');
    await stop();
    const kept = JSON.parse(await readFile(join(dir, 'replays.json'), 'utf8'));
    await writeFile(
      join(dir, 'replays.json'),
      JSON.stringify([...kept, { ...kept[0], name: 'cut', state: 'RUNNING' }]),
    );
    await start();
    const stateOf = async (ReplayName: string) => (await client.send(new DescribeReplayCommand({ ReplayName }))).State;
    expect([await stateOf('whole'), await stateOf('cut')]).toEqual(['COMPLETED', 'FAILED']);
  });
});
