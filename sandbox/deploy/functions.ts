import { availableParallelism } from 'node:os';
import type { Endpoints } from '../aws/lambda/environment.ts';
import { type EventSource, startEventSource } from '../aws/lambda/event-source.ts';
import { type SandboxFunction, startFunction } from '../aws/lambda/function.ts';
import type { SqsServer } from '../aws/sqs/server.ts';
import type { SandboxClock } from '../clock.ts';
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
            variables: Object.fromEntries(
              Object.entries(object(resource, 'Environment', 'Variables')).map(([name, value]) => [
                name,
                String(value),
              ]),
            ),
          };
          const maximum = Math.min(
            ...mappingsOf(resources, resource).map((mapping) =>
              number(mapping, MAXIMUM_CONCURRENCY, 'ScalingConfig', 'MaximumConcurrency'),
            ),
            number(resource, MAXIMUM_CONCURRENCY, 'ReservedConcurrentExecutions'),
          );
          return startFunction(definition, { clock, region, endpoints, dir, concurrency: Math.min(WORKERS, maximum) });
        }),
      ),
  );

const mappingsOf = (resources: readonly ResolvedResource[], { name, arn }: { name: string; arn: string | undefined }) =>
  resources.filter(
    (mapping) =>
      mapping.type === 'AWS::Lambda::EventSourceMapping' && [name, arn].includes(optionalText(mapping, 'FunctionName')),
  );

/** Begins to feed the functions from their queues. */
export const startEventSources = (
  resources: readonly ResolvedResource[],
  functions: readonly SandboxFunction[],
  { region, sqs }: { region: string; sqs: SqsServer },
): EventSource[] =>
  functions.flatMap((target) =>
    mappingsOf(resources, target)
      .filter((mapping) => flag(mapping, true, 'Enabled'))
      .map((mapping) =>
        startEventSource({
          queue: sourceQueue(sqs, text(mapping, 'EventSourceArn')),
          target,
          region,
          batchSize: number(mapping, BATCH_SIZE, 'BatchSize'),
          windowSeconds: number(mapping, 0, 'MaximumBatchingWindowInSeconds'),
          reportsFailures: list(mapping, 'FunctionResponseTypes').includes('ReportBatchItemFailures'),
        }),
      ),
  );
