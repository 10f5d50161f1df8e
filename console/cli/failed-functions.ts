import { join } from 'node:path';
import type { SandboxInfo } from '@catalog-sync/sandbox/start.ts';
import { plural } from './say.ts';

/** One function, as the sandbox's control endpoint tells of it. */
interface Invoked {
  name: string;
  errors: number;
}

/** Functions of which invocations have failed since the sandbox's start, and where each says why. */
export const failureTexts = (functions: readonly Invoked[], logs: string): string[] =>
  functions
    .filter(({ errors }) => errors > 0)
    .map(({ name, errors }) => `${name} failed ${plural(errors, 'time')}: see ${join(logs, `${name}.log`)}`);

export const failedFunctions = async ({ control, outboxDir }: SandboxInfo): Promise<string[]> => {
  const functions = (await (await fetch(`${control}/functions`)).json()) as Invoked[];
  return failureTexts(functions, join(outboxDir, '../lambda/logs'));
};
