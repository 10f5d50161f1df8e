import type { SandboxClock } from '../../clock.ts';
import type { Rule } from './rules.ts';

/** Fires scheduled rules. */
export interface Timetable {
  /** Takes up the rule's schedule, in place of what it had before; a disabled rule has none. */
  set(rule: Rule): void;
  remove(ruleArn: string): void;
  stop(): void;
}

/**
 * A rate counts from when the rule was put, `speedup` times as fast; cron keeps to the hours it names. When the clock
 * jumps over several times of a rule, it fires once: whoever sleeps through a sweep makes up for it with one.
 */
export const createTimetable = (clock: SandboxClock, speedup: number, fire: (rule: Rule) => void): Timetable => {
  const cancels = new Map<string, () => void>();
  const remove = (arn: string): void => {
    cancels.get(arn)?.();
    cancels.delete(arn);
  };
  const arm = (rule: Rule, next: (after: number) => number | undefined): void => {
    const at = next(clock.now());
    if (at === undefined) return;
    const cancel = clock.at(at, () => {
      arm(rule, next);
      fire(rule);
    });
    cancels.set(rule.arn, cancel);
  };
  return {
    set: (rule) => {
      remove(rule.arn);
      const { schedule } = rule;
      if (schedule === undefined || !rule.settings.enabled) return;
      if (schedule.kind === 'cron') {
        arm(rule, schedule.next);
        return;
      }
      const from = clock.now();
      const every = schedule.everyMs / speedup;
      arm(rule, (after) => from + (Math.floor((after - from) / every) + 1) * every);
    },
    remove,
    stop: () => {
      for (const arn of [...cancels.keys()]) remove(arn);
    },
  };
};
