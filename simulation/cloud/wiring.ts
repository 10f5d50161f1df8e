/** Which message reaches which function: read from the services' own `serverless.yml`, so that the wiring is the real one. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, type ScalarTag } from 'yaml';
import { type Matcher, parsePattern } from '../../sandbox/aws/events/pattern.ts';
import { pipeline } from '../../shared/pipeline.ts';

export const ACCOUNT = '000000000000';
export const LANDING_BUCKET = 'landing';

export interface QueueWiring {
  name: string;
  delayMs: number;
  visibilityMs: number;
  /** Receives after which a message is dead; null: it comes again for ever. */
  mostReceives: number | null;
}

export interface FunctionWiring {
  service: string;
  name: string;
  queue: string;
  timeoutMs: number;
  batchSize: number;
  mostAtOnce: number;
}

export interface RuleWiring {
  service: string;
  name: string;
  /** On the project's own bus, or on the account's default one. */
  bus: 'own' | 'default';
  matches: Matcher | null;
  everyMs: number | null;
  queue: string;
}

export interface Wiring {
  queues: readonly QueueWiring[];
  functions: readonly FunctionWiring[];
  rules: readonly RuleWiring[];
}

const REFS: Readonly<Record<string, string>> = { 'AWS::AccountId': ACCOUNT, LandingBucket: LANDING_BUCKET };

/** Only what wiring needs is resolved: references to queues stay their names, the rest stays text. */
const tags: ScalarTag[] = [
  { tag: '!Ref', resolve: (text) => REFS[text] ?? text },
  { tag: '!GetAtt', resolve: (text) => text.replace(/\.\w+$/, '') },
  { tag: '!Sub', resolve: (text) => text },
];

interface Template {
  functions: Record<
    string,
    { timeout: number; events: { sqs: { arn: string; batchSize: number; maximumConcurrency: number } }[] }
  >;
  resources: { Resources: Record<string, { Type: string; Properties: unknown }> };
}

const PERIODS: Readonly<Record<string, number>> = { 'rate(1 minute)': 60_000, 'rate(1 hour)': 3_600_000 };

/** What our own rules look at in an event. */
const HEAD: readonly string[] = ['source', 'account', 'detail-type'];

const readTemplate = (service: string): Template => {
  const path = fileURLToPath(new URL(`../../services/${service}/serverless.yml`, import.meta.url));
  return parse(readFileSync(path, 'utf8'), { customTags: (all) => [...all, ...tags] }) as Template;
};

const rulesOf = (service: string, { resources }: Template): RuleWiring[] =>
  Object.entries(resources.Resources).flatMap(([name, { Type, Properties }]): RuleWiring[] => {
    if (Type !== 'AWS::Events::Rule') return [];
    const { EventBusName, EventPattern, ScheduleExpression, Targets } = Properties as {
      EventBusName?: string;
      EventPattern?: object;
      ScheduleExpression?: string;
      Targets: { Arn: string }[];
    };
    const everyMs = ScheduleExpression === undefined ? null : PERIODS[ScheduleExpression];
    if (everyMs === undefined) throw new Error(`${service} ${name}: no period is known for ${ScheduleExpression}`);
    // The bus counts on it (`listenersOf`).
    if (EventBusName !== undefined && Object.keys(EventPattern ?? {}).some((field) => !HEAD.includes(field)))
      throw new Error(`${service} ${name}: a pattern for our own bus looks at more than ${HEAD.join(', ')}`);
    return Targets.map(({ Arn }) => ({
      service,
      name,
      bus: EventBusName === undefined ? 'default' : 'own',
      matches: EventPattern === undefined ? null : parsePattern(EventPattern),
      everyMs,
      queue: `${service}.${Arn}`,
    }));
  });

const queuesOf = (service: string, { resources }: Template): QueueWiring[] =>
  Object.entries(resources.Resources).flatMap(([name, { Type, Properties }]): QueueWiring[] => {
    if (Type !== 'AWS::SQS::Queue') return [];
    const { DelaySeconds, VisibilityTimeout, RedrivePolicy } = Properties as {
      DelaySeconds?: number;
      VisibilityTimeout?: number;
      RedrivePolicy?: { maxReceiveCount: number };
    };
    return [
      {
        name: `${service}.${name}`,
        delayMs: (DelaySeconds ?? 0) * 1000,
        visibilityMs: (VisibilityTimeout ?? 30) * 1000,
        mostReceives: RedrivePolicy?.maxReceiveCount ?? null,
      },
    ];
  });

const functionsOf = (service: string, { functions }: Template): FunctionWiring[] =>
  Object.entries(functions).flatMap(([name, { timeout, events }]) =>
    events.map(({ sqs }) => ({
      service,
      name,
      queue: `${service}.${sqs.arn}`,
      timeoutMs: timeout * 1000,
      batchSize: sqs.batchSize,
      mostAtOnce: sqs.maximumConcurrency,
    })),
  );

export const readWiring = (): Wiring => {
  const templates = pipeline.map(({ service }) => ({ service, template: readTemplate(service) }));
  return {
    queues: templates.flatMap(({ service, template }) => queuesOf(service, template)),
    functions: templates.flatMap(({ service, template }) => functionsOf(service, template)),
    rules: templates.flatMap(({ service, template }) => rulesOf(service, template)),
  };
};
