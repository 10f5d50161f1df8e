import { setTimeout as sleep } from 'node:timers/promises';
import { busOf } from './bus.ts';
import type { Sandbox } from './sandbox.ts';

const LOOK_EVERY_MS = 100;
/** Nothing was written for so many looks, and no message waits: whatever is still to come waits for its time. */
const QUIET_LOOKS = 4;
/**
 * After so long nothing written for some looks is enough, although a message is under way: one that a function failed at is
 * hidden for an hour and more of the sandbox's clock. Longer than monitor's longest pause between two questions about a
 * handle, 16 s.
 */
const LONG_ENOUGH_MS = 60_000;

/**
 * Waits until nobody is at work any more. Who writes nothing may still be at work: monitor spends half a minute asking about
 * handles that do not end, in real time, and other handles wait for their turn meanwhile. If the clock went on then,
 * minutes would pass for them in which nobody could do anything, the more of them the slower the machine is.
 */
export const quiet = async (sandbox: Sandbox): Promise<void> => {
  const { waiting } = busOf(sandbox.info);
  const patientUntil = Date.now() + LONG_ENOUGH_MS;
  let last = '';
  for (let looks = 0; ; looks += 1) {
    const { s3, dynamodb } = await sandbox.writes();
    const writes = `${s3} ${dynamodb}`;
    if (writes !== last) looks = 0;
    else if (looks >= QUIET_LOOKS && (Date.now() > patientUntil || (await waiting()) === 0)) return;
    last = writes;
    await sleep(LOOK_EVERY_MS);
  }
};
