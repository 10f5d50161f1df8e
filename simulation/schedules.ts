import type { SimBus } from './cloud/bus.ts';
import type { Loop } from './cloud/loop.ts';
import type { Luck } from './cloud/luck.ts';
import type { Wiring } from './cloud/wiring.ts';

export interface Schedules {
  begin(): void;
  /** How many ticks were sent. */
  ticks(): number;
}

interface Needs {
  loop: Loop;
  luck: Luck;
  bus: SimBus;
  /** Epoch milliseconds. */
  start: number;
  /** When something of this service is due; Infinity when nothing is. */
  firstDue(service: string): number;
  /** Grows whenever anything moves on. */
  progress(): number;
  ticked(service: string): void;
  over(): boolean;
}

const A_MINUTE = 60_000;
/** Of the ticks that would find something this share comes: five services that say everything again each minute say most of it in vain. */
const KEPT = 0.22;
/** A tick that finds nothing is sent this often all the same, so that what needs no due time is found too. */
const LONGEST = 16;

/**
 * The services' minute schedules. A tick that would find nothing due is left out, and while ticks change nothing they come
 * less and less often: EventBridge may lose a tick, so this is nothing that could not happen, and it saves most of the time.
 */
export const openSchedules = ({ rules }: Wiring, needs: Needs): Schedules => {
  const { loop, luck, bus, start, firstDue, progress, ticked, over } = needs;
  let sent = 0;
  const minutes = rules.filter(({ everyMs }) => everyMs === A_MINUTE);
  const next = new Map(minutes.map(({ service }) => [service, { at: 0, wait: 1, progress: -1 }]));
  const minute = (n: number): boolean => {
    if (over()) return false;
    for (const rule of minutes) {
      const state = next.get(rule.service)!;
      if (n < state.at || firstDue(rule.service) > loop.now()) continue;
      if (luck.roll(`${rule.service} tick`) >= KEPT) continue;
      state.wait = progress() === state.progress ? Math.min(state.wait * 2, LONGEST) : 1;
      state.progress = progress();
      state.at = n + state.wait;
      sent += 1;
      ticked(rule.service);
      bus.tick(rule);
    }
    // Not on the full minute: nothing of ours may count on that.
    loop.at(start + (n + 1) * A_MINUTE, () => minute(n + 1));
    return false;
  };
  return { begin: () => loop.at(start, () => minute(0)), ticks: () => sent };
};
