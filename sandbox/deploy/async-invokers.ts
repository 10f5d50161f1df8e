import { join } from 'node:path';
import {
  type AsyncInvoker,
  type AsyncSettings,
  type Destinations,
  openAsyncInvoker,
} from '../aws/lambda/async-invoker.ts';
import type { SandboxFunction } from '../aws/lambda/function.ts';
import type { SandboxClock } from '../clock.ts';
import type { ResolvedResource } from '../template/resolve.ts';
import { busNameOf } from '../template/resource-types.ts';
import type { Servers } from './deploy.ts';
import { located } from './located.ts';
import { number, optionalText } from './properties.ts';

export interface AsyncInvokersOptions {
  clock: SandboxClock;
  /** Each function's queue of events lies in `<dir>/async/<function>.jsonl`. */
  dir: string;
  servers: Pick<Servers, 'sqs' | 'sns' | 'events'>;
  ready: Promise<void>;
}

/** Lambda's defaults, and what AWS::Lambda::EventInvokeConfig takes. */
const RETRIES = { most: 2, otherwise: 2 };
const AGE_SECONDS = { least: 60, most: 21_600, otherwise: 21_600 };

/**
 * Opens the queue of asynchronous events of each function, by the function's ARN. Rejects for settings that Lambda would
 * refuse, and for a destination that is not in the templates.
 */
export const openAsyncInvokers = async (
  resources: readonly ResolvedResource[],
  functions: readonly SandboxFunction[],
  { clock, dir, servers, ready }: AsyncInvokersOptions,
): Promise<ReadonlyMap<string, AsyncInvoker>> => {
  const destinations = destinationsOn(servers);
  const settings = await Promise.all(functions.map((target) => settingsOf(resources, target)));
  return new Map(
    functions.map((target, index) => [
      target.arn,
      openAsyncInvoker({
        target,
        settings: settings[index]!,
        destinations,
        clock,
        file: join(dir, 'async', `${target.name}.jsonl`),
        ready,
      }),
    ]),
  );
};

const settingsOf = async (
  resources: readonly ResolvedResource[],
  { name, arn }: SandboxFunction,
): Promise<AsyncSettings> => {
  const settings: AsyncSettings = {
    maximumRetryAttempts: RETRIES.otherwise,
    maximumEventAgeSeconds: AGE_SECONDS.otherwise,
  };
  /** Lambda is refused a destination that is not there when it is set. */
  const known = (services: readonly string[], destination: string | undefined): string | undefined => {
    if (destination === undefined) return undefined;
    const service = destination.split(':')[2] ?? '';
    if (!services.includes(service)) throw new Error(`the sandbox sends nothing to ${destination} from here`);
    const there = destination.endsWith(':event-bus/default') || resources.some((one) => one.arn === destination);
    if (!there) throw new Error(`no stack makes ${destination}`);
    return destination;
  };
  for (const resource of resources)
    await located(resource, () => {
      if (resource.type === 'AWS::Lambda::Function' && resource.arn === arn)
        settings.deadLetter = known(['sqs', 'sns'], optionalText(resource, 'DeadLetterConfig', 'TargetArn'));
      if (resource.type !== 'AWS::Lambda::EventInvokeConfig') return;
      if (![name, arn].includes(optionalText(resource, 'FunctionName') ?? '')) return;
      const qualifier = optionalText(resource, 'Qualifier');
      if (qualifier !== '$LATEST') throw new Error(`the sandbox has no version or alias ${qualifier} of a function`);
      const within = (what: string, least: number, most: number, otherwise: number): number => {
        const value = number(resource, otherwise, what);
        if (value < least || value > most) throw new Error(`${what} is ${value}, not from ${least} to ${most}`);
        return value;
      };
      const services = ['sqs', 'sns', 'events'];
      settings.maximumRetryAttempts = within('MaximumRetryAttempts', 0, RETRIES.most, RETRIES.otherwise);
      settings.maximumEventAgeSeconds = within(
        'MaximumEventAgeInSeconds',
        AGE_SECONDS.least,
        AGE_SECONDS.most,
        AGE_SECONDS.otherwise,
      );
      const destination = (when: string): string | undefined =>
        known(services, optionalText(resource, 'DestinationConfig', when, 'Destination'));
      settings.onSuccess = destination('OnSuccess');
      settings.onFailure = destination('OnFailure');
    });
  return settings;
};

/** Queues, topics and buses as Lambda sends to them. */
const destinationsOn = ({ sqs, sns, events }: AsyncInvokersOptions['servers']): Destinations => ({
  record: async (arn, record) => {
    const service = arn.split(':')[2];
    const text = JSON.stringify(record);
    if (service === 'sqs') await sqs.send(arn, text);
    else if (service === 'sns') sns.publish(arn, { body: text });
    else
      events.accept(busNameOf(arn), {
        source: 'lambda',
        'detail-type': `Lambda Function Invocation Result - ${record.requestContext.condition === 'Success' ? 'Success' : 'Failure'}`,
        resources: [record.requestContext.functionArn, arn],
        detail: record,
      });
  },
  deadLetter: async (arn, body, attributes) => {
    if (arn.split(':')[2] === 'sns') {
      sns.publish(arn, { body, attributes });
      return;
    }
    const asSqs = Object.entries(attributes).map(([name, { type, value }]) => [
      name,
      { DataType: type, StringValue: value },
    ]);
    await sqs.send(arn, body, Object.fromEntries(asSqs));
  },
});
