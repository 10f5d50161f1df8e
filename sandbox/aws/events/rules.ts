import { AwsError, validationError } from './aws-error.ts';
import { type InputContext, inputOf, type TargetInput } from './input.ts';
import { checkName, notFound, ruleArn, type Where } from './names.ts';
import { type Matcher, parsePattern } from './pattern.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

export interface TargetSettings extends TargetInput {
  id: string;
  arn: string;
  retryPolicy?: { maximumEventAgeInSeconds?: number; maximumRetryAttempts?: number };
  deadLetterArn?: string;
}

export interface RuleSettings {
  name: string;
  busName: string;
  /** JSON text. */
  pattern?: string;
  /** rate(…) or cron(…), on the default bus only. */
  schedule?: string;
  enabled: boolean;
  description?: string;
  targets: TargetSettings[];
}

export interface Target {
  settings: TargetSettings;
  input: (event: object, context: InputContext) => string;
}

/** A rule that was found valid. */
export interface Rule {
  arn: string;
  settings: RuleSettings;
  matches?: Matcher;
  schedule?: Schedule;
  targets: Target[];
}

export interface Rules {
  putBus(name: string): void;
  deleteBus(name: string): void;
  busNames(): string[];
  /** Throws ResourceNotFoundException when there is no such bus. */
  rulesOf(busName: string): readonly Rule[];
  find(busName: string, name: string): Rule;
  /** Makes the rule, or replaces the one of that name on that bus. */
  put(settings: RuleSettings): Rule;
  delete(busName: string, name: string): void;
}

// The quotas of EventBridge, as an account has them at first.
const MOST_RULES = 300;
const MOST_TARGETS = 5;
const LONGEST_PATTERN = 2048;
const LONGEST_INPUT = 8192;
const AGE_SECONDS = { least: 60, most: 86_400 };
const RETRIES = { least: 0, most: 185 };

const within = (name: string, value: number | undefined, { least, most }: { least: number; most: number }): void => {
  if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
    throw validationError(`${name} is ${value}; it must be a whole number from ${least} to ${most}`);
};

const limit = (what: string, most: number): AwsError =>
  new AwsError('LimitExceededException', `The requested resource exceeds the maximum number allowed: ${most} ${what}`);

const targetOf = (settings: TargetSettings): Target => {
  const { id, arn, retryPolicy, deadLetterArn, input } = settings;
  checkName('targets.member.id', id);
  if (!arn.startsWith('arn:'))
    throw validationError(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  if (deadLetterArn !== undefined && !deadLetterArn.startsWith('arn:aws:sqs:'))
    throw validationError(`The dead-letter queue of target ${id} is not the ARN of a queue: ${deadLetterArn}`);
  if (input !== undefined && input.length > LONGEST_INPUT)
    throw validationError(`Input of target ${id} has ${input.length} characters, at most ${LONGEST_INPUT} do`);
  within('MaximumEventAgeInSeconds', retryPolicy?.maximumEventAgeInSeconds, AGE_SECONDS);
  within('MaximumRetryAttempts', retryPolicy?.maximumRetryAttempts, RETRIES);
  return { settings, input: inputOf(settings) };
};

const ruleOf = (where: Where, settings: RuleSettings): Rule => {
  const { name, busName, pattern, schedule, targets } = settings;
  checkName('name', name);
  if (pattern === undefined && schedule === undefined)
    throw validationError('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  if (schedule !== undefined && busName !== 'default')
    throw validationError('ScheduleExpression is supported only on the default event bus.');
  if (pattern !== undefined && pattern.length > LONGEST_PATTERN)
    throw limit('characters in a pattern', LONGEST_PATTERN);
  if (targets.length > MOST_TARGETS) throw limit('targets of a rule', MOST_TARGETS);
  if (new Set(targets.map(({ id }) => id)).size < targets.length)
    throw validationError(`Rule ${name} has two targets of one id`);
  return {
    arn: ruleArn(where, busName, name),
    settings,
    targets: targets.map(targetOf),
    ...(pattern !== undefined && { matches: parsePattern(pattern) }),
    ...(schedule !== undefined && { schedule: parseSchedule(schedule) }),
  };
};

/**
 * The buses and their rules. They live in memory only: whoever starts the sandbox puts them again, from the templates,
 * so that what a template no longer has does not linger.
 */
export const createRules = (where: Where): Rules => {
  const buses = new Map<string, Map<string, Rule>>([['default', new Map()]]);
  const bus = (name: string): Map<string, Rule> => {
    const rules = buses.get(name);
    if (rules === undefined) throw notFound(`Event bus ${name}`);
    return rules;
  };
  return {
    putBus: (name) => {
      if (!buses.has(name)) buses.set(name, new Map());
    },
    deleteBus: (name) => {
      buses.delete(name);
    },
    busNames: () => [...buses.keys()],
    rulesOf: (busName) => [...bus(busName).values()],
    find: (busName, name) => {
      const rule = bus(busName).get(name);
      if (rule === undefined) throw notFound(`Rule ${name} on EventBus ${busName}`);
      return rule;
    },
    put: (settings) => {
      const rules = bus(settings.busName);
      const rule = ruleOf(where, settings);
      if (!rules.has(settings.name) && rules.size >= MOST_RULES) throw limit('rules on a bus', MOST_RULES);
      rules.set(settings.name, rule);
      return rule;
    },
    delete: (busName, name) => {
      bus(busName).delete(name);
    },
  };
};
