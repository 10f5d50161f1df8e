import { validationError } from './aws-error.ts';
import { type Input, list, type Operations, optionalText, page, structure, text, texts } from './aws-json.ts';
import type { Buses } from './bus.ts';
import { alreadyExists, busArn, busName, checkName, notFound, type Where } from './names.ts';
import { parsePattern } from './pattern.ts';
import type { Rule } from './rules.ts';
import { targetFromJson, targetToJson } from './target-json.ts';

/** What ListRules and the like give at once when no Limit is named. */
const PAGE = 100;
/** CreateEventBus: "Length Constraints: Maximum length of 256." */
const LONGEST_BUS_NAME = 256;

const asJson = ({ arn, settings }: Rule): Record<string, unknown> => ({
  Name: settings.name,
  Arn: arn,
  EventPattern: settings.pattern,
  ScheduleExpression: settings.schedule,
  State: settings.enabled ? 'ENABLED' : 'DISABLED',
  Description: settings.description,
  EventBusName: settings.busName,
});

/** Buses, rules and targets. `write` is called before anything is changed. */
export const ruleOperations = (buses: Buses, where: Where, write: () => void): Operations => {
  const { rules } = buses;
  const busOf = (input: Input): string => busName(where, optionalText(input, 'EventBusName'));
  const ruleOf = (input: Input, name = 'Name'): Rule => rules.find(busOf(input), text(input, name));
  const busJson = (name: string) => ({ Name: name, Arn: busArn(where, name) });
  const change = (rule: Rule, changed: Partial<Rule['settings']>): Rule => {
    write();
    return buses.putRule({ ...rule.settings, ...changed });
  };

  return {
    CreateEventBus: (input) => {
      const name = text(input, 'Name');
      checkName('name', name, LONGEST_BUS_NAME);
      if (rules.busNames().includes(name)) throw alreadyExists(`Event bus ${name}`);
      write();
      rules.putBus(name);
      return { EventBusArn: busArn(where, name) };
    },
    DeleteEventBus: (input) => {
      const name = busName(where, text(input, 'Name'));
      if (name === 'default') throw validationError('Cannot delete event bus default.');
      if (!rules.busNames().includes(name)) return;
      if (rules.rulesOf(name).length > 0)
        throw validationError(`Event bus ${name} can't be deleted since it has rules.`);
      write();
      rules.deleteBus(name);
    },
    DescribeEventBus: (input) => {
      const name = busName(where, optionalText(input, 'Name'));
      rules.rulesOf(name);
      return busJson(name);
    },
    ListEventBuses: (input) => {
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      const named = rules.busNames().filter((name) => name.startsWith(prefix));
      const [some, NextToken] = page(named, input, 'Limit', PAGE);
      return { EventBuses: some.map(busJson), NextToken };
    },
    PutRule: (input) => {
      const bus = busOf(input);
      const name = text(input, 'Name');
      const pattern = optionalText(input, 'EventPattern');
      const schedule = optionalText(input, 'ScheduleExpression');
      const description = optionalText(input, 'Description');
      const before = rules.rulesOf(bus).find(({ settings }) => settings.name === name);
      write();
      const rule = buses.putRule({
        name,
        busName: bus,
        enabled: optionalText(input, 'State') !== 'DISABLED',
        targets: before?.settings.targets ?? [],
        ...(pattern !== undefined && { pattern }),
        ...(schedule !== undefined && { schedule }),
        ...(description !== undefined && { description }),
      });
      return { RuleArn: rule.arn };
    },
    DescribeRule: (input) => asJson(ruleOf(input)),
    ListRules: (input) => {
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      const named = rules.rulesOf(busOf(input)).filter(({ settings }) => settings.name.startsWith(prefix));
      const [some, NextToken] = page(named, input, 'Limit', PAGE);
      return { Rules: some.map(asJson), NextToken };
    },
    EnableRule: (input) => {
      change(ruleOf(input), { enabled: true });
    },
    DisableRule: (input) => {
      change(ruleOf(input), { enabled: false });
    },
    DeleteRule: (input) => {
      const { settings } = ruleOf(input);
      if (settings.targets.length > 0) throw validationError("Rule can't be deleted since it has targets.");
      write();
      buses.deleteRule(settings.busName, settings.name);
    },
    PutTargets: (input) => {
      const rule = ruleOf(input, 'Rule');
      const put = list(input, 'Targets').map((target) => targetFromJson(structure(target, 'Targets.member')));
      const ids = new Set(put.map(({ id }) => id));
      change(rule, { targets: [...rule.settings.targets.filter(({ id }) => !ids.has(id)), ...put] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: (input) => {
      const rule = ruleOf(input, 'Rule');
      const ids = texts(input, 'Ids');
      const there = new Set(rule.settings.targets.map(({ id }) => id));
      change(rule, { targets: rule.settings.targets.filter(({ id }) => !ids.includes(id)) });
      const FailedEntries = ids
        .filter((id) => !there.has(id))
        .map((TargetId) => ({
          TargetId,
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: notFound(`Target ${TargetId} of rule ${rule.settings.name}`).message,
        }));
      return { FailedEntryCount: FailedEntries.length, FailedEntries };
    },
    ListTargetsByRule: (input) => {
      const [some, NextToken] = page(ruleOf(input, 'Rule').settings.targets, input, 'Limit', PAGE);
      return { Targets: some.map(targetToJson), NextToken };
    },
    TestEventPattern: (input) => {
      const matches = parsePattern(text(input, 'EventPattern'));
      let event: unknown;
      try {
        event = JSON.parse(text(input, 'Event'));
      } catch {
        throw validationError('Parameter Event is not valid. Reason: it is not JSON.');
      }
      return { Result: matches(event) };
    },
  };
};
