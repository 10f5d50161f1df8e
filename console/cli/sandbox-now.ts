import type { SandboxInfo } from '@catalog-sync/sandbox/start.ts';
import { type EpochMs, epochMs } from '@catalog-sync/shared/catalog/instant.ts';

/** What the sandbox's clock reads: what is due is due by it. */
export const sandboxNow = async ({ control }: SandboxInfo): Promise<EpochMs> => {
  const answer = (await (await fetch(`${control}/clock`)).json()) as { now: string };
  return epochMs(Date.parse(answer.now));
};
