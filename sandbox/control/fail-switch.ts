import type { BeforeWrite } from '../server.ts';

/** The servers whose writes can be counted down. */
export const failPlaces = ['s3', 'dynamodb', 'events', 'sqs'] as const;
export type FailPlace = (typeof failPlaces)[number];

export interface FailSwitch {
  /** What a server calls before each of its writes. */
  beforeWrite(where: FailPlace): BeforeWrite;
  /** The process dies before the n-th write from now of that server; n is at least 1. Replaces what was armed there. */
  arm(where: FailPlace, n: number): void;
  /** How many writes each server has had since the start. */
  writes(): Record<FailPlace, number>;
}

/** As the kernel or a power cut would end it: nothing is flushed, nobody is told. */
const killThisProcess = (): void => void process.kill(process.pid, 'SIGKILL');

export const failSwitch = (die: () => void = killThisProcess): FailSwitch => {
  const left = new Map<FailPlace, number>();
  const counts: Record<FailPlace, number> = { s3: 0, dynamodb: 0, events: 0, sqs: 0 };
  return {
    beforeWrite: (where) => () => {
      counts[where] += 1;
      const writes = left.get(where);
      if (writes === undefined) return;
      if (writes > 1) left.set(where, writes - 1);
      else {
        left.delete(where);
        die();
      }
    },
    arm: (where, n) => void left.set(where, n),
    writes: () => ({ ...counts }),
  };
};
