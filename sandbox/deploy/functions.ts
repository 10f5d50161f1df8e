import { availableParallelism } from 'node:os';
import type { Endpoints } from '../aws/lambda/environment.ts';
import { type EventSource, startEventSource } from '../aws/lambda/event-source.ts';
import { type SandboxFunction, startFunction } from '../aws/lambda/function.ts';
import type { SqsServer } from '../aws/sqs/server.ts';
import type { SandboxClock } from '../clock.ts';
import { asObject } from '../template/json.ts';
import type { ResolvedResource } from '../template/resolve.ts';
import { located } from './located.ts';
import { flag, list, number, object, optionalText, text } from './properties.ts';
import { sourceQueue } from './source-queue.ts';

export interface FunctionsOptions {
  clock: SandboxClock;
  region: string;
  endpoints: Endpoints;
  dir: string;
  /** The packaged code by stack. */
  zips: ReadonlyMap<string, string>;
}

/** Lambda's defaults (AWS::Lambda::Function, AWS::Lambda::EventSourceMapping). */
const TIMEOUT_SECONDS = 3;
const MEMORY_MB = 128;
const BATCH_SIZE = 10;
const MAXIMUM_CONCURRENCY = 1000;
/** SQS's default for a queue. */
const VISIBILITY_SECONDS = 30;

/** Two workers at least, so that races happen; more only where there are cores for them. */
const WORKERS = Math.max(2, availableParallelism());

/** Starts the functions of the templates, in the order in which they stand there. */
export const startFunctions = (
  resources: readonly ResolvedResource[],
  { clock, region, endpoints, dir, zips }: FunctionsOptions,
): Promise<SandboxFunction[]> =>
  Promise.all(
    resources
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map((resource) =>
        located(resource, async () => {
          const zipPath = zips.get(resource.stack);
          if (zipPath === undefined) throw new Error('its stack has no packaged code');
          const definition = {
            name: resource.name,
            arn: resource.arn ?? '',
            zipPath,
            handler: text(resource, 'Handler'),
            timeoutSeconds: number(resource, TIMEOUT_SECONDS, 'Timeout'),
            memoryMb: number(resource, MEMORY_MB, 'MemorySize'),
            heavy: isHeavy(resource),
            variables: Object.fromEntries(
              Object.entries(object(resource, 'Environment', 'Variables')).map(([name, value]) => [
                name,
                String(value),
              ]),
            ),
          };
          const concurrency = Math.min(WORKERS, number(resource, WORKERS, 'ReservedConcurrentExecutions'));
          return startFunction(definition, { clock, region, endpoints, dir, concurrency });
        }),
      ),
  );

/** Whose memory is to be measured as Lambda does it says so with a tag. */
const isHeavy = (resource: ResolvedResource): boolean =>
  list(resource, 'Tags').some((tag) => {
    const { Key, Value } = asObject(tag);
    return Key === 'catalog-sync:heavy' && String(Value) === 'true';
  });

const mappingsOf = (resources: readonly ResolvedResource[], { name, arn }: { name: string; arn: string | undefined }) =>
  resources.filter(
    (mapping) =>
      mapping.type === 'AWS::Lambda::EventSourceMapping' && [name, arn].includes(optionalText(mapping, 'FunctionName')),
  );

/** Begins to feed the functions from their queues. Rejects for a mapping that Lambda would refuse. */
export const startEventSources = async (
  resources: readonly ResolvedResource[],
  functions: readonly SandboxFunction[],
  { clock, region, sqs }: { clock: SandboxClock; region: string; sqs: SqsServer },
): Promise<EventSource[]> => {
  const settings = await Promise.all(
    functions.flatMap((target) =>
      mappingsOf(resources, target)
        .filter((mapping) => flag(mapping, true, 'Enabled'))
        .map((mapping) =>
          located(mapping, () => {
            checkMapping(resources, mapping, target);
            return {
              queue: sourceQueue(sqs, text(mapping, 'EventSourceArn')),
              target,
              region,
              clock,
              batchSize: number(mapping, BATCH_SIZE, 'BatchSize'),
              windowSeconds: number(mapping, 0, 'MaximumBatchingWindowInSeconds'),
              maximumConcurrency: number(mapping, MAXIMUM_CONCURRENCY, 'ScalingConfig', 'MaximumConcurrency'),
              reportsFailures: list(mapping, 'FunctionResponseTypes').includes('ReportBatchItemFailures'),
            };
          }),
        ),
    ),
  );
  return settings.map(startEventSource);
};

/** What CreateEventSourceMapping refuses, at the latest when a stack is deployed. */
const checkMapping = (
  resources: readonly ResolvedResource[],
  mapping: ResolvedResource,
  target: SandboxFunction,
): void => {
  const within = (what: readonly string[], least: number, most: number, otherwise: number): number => {
    const value = number(mapping, otherwise, ...what);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new Error(`${what.join('.')} is ${value}, not a whole number from ${least} to ${most}`);
    return value;
  };
  const batchSize = within(['BatchSize'], 1, 10_000, BATCH_SIZE);
  const windowSeconds = within(['MaximumBatchingWindowInSeconds'], 0, 300, 0);
  if (batchSize > 10 && windowSeconds < 1)
    throw new Error(`BatchSize is ${batchSize}: beyond 10, MaximumBatchingWindowInSeconds is at least 1`);
  within(['ScalingConfig', 'MaximumConcurrency'], 2, MAXIMUM_CONCURRENCY, MAXIMUM_CONCURRENCY);
  const queue = resources.find(({ arn }) => arn === text(mapping, 'EventSourceArn'));
  const ofTarget = resources.find(({ type, arn }) => type === 'AWS::Lambda::Function' && arn === target.arn);
  if (queue === undefined || ofTarget === undefined) return;
  const visibility = number(queue, VISIBILITY_SECONDS, 'VisibilityTimeout');
  const timeout = number(ofTarget, TIMEOUT_SECONDS, 'Timeout');
  if (visibility < timeout)
    throw new Error(
      `the queue's VisibilityTimeout of ${visibility} s is less than the function's Timeout of ${timeout} s`,
    );
};
