import { AwsError } from './aws-error.ts';

/** What a target is sent instead of the whole event. At most one of the three is given. */
export interface TargetInput {
  /** JSON text sent as it is. */
  input?: string;
  /** The part of the event that is sent, such as `$.detail`. */
  inputPath?: string;
  inputTransformer?: { inputPathsMap?: Record<string, string>; inputTemplate: string };
}

/** What a template may name besides its own variables. Times are epoch milliseconds. */
export interface InputContext {
  ruleArn: string;
  ruleName: string;
  ingestionTime: number;
}

/** The target's input cannot be used; the message says which part. */
export class InvalidInput extends AwsError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

/** EventBridge takes 100 variables and a template of 8,192 characters. */
const MOST_VARIABLES = 100;
const LONGEST_TEMPLATE = 8192;

const PLACEHOLDER = /<([A-Za-z0-9_.-]+)>/g;
type Step = string | number | typeof EACH;
const EACH = Symbol('[*]');

/** Steps of a definite path: `$.detail.key`, `$['detail-type']`, `$.resources[0]`, `$.detail.list[*].id`. */
const stepsOf = (path: string): Step[] => {
  const steps: Step[] = [];
  const step = /\.([A-Za-z0-9_-]+)|\['([^']+)'\]|\["([^"]+)"\]|\[(\d+)\]|\[(\*)\]/y;
  step.lastIndex = 1;
  if (!path.startsWith('$')) throw new InvalidInput(`Invalid JSON path "${path}": it starts with $`);
  while (step.lastIndex < path.length) {
    const at = step.lastIndex;
    const found = step.exec(path);
    if (found === null) throw new InvalidInput(`Invalid JSON path "${path}" at "${path.slice(at)}"`);
    const [, dotted, single, double, index] = found;
    steps.push(index !== undefined ? Number(index) : (dotted ?? single ?? double ?? EACH));
  }
  return steps;
};

const follow = (value: unknown, [step, ...rest]: readonly Step[]): unknown => {
  if (step === undefined || value === undefined) return value;
  if (step === EACH) return Array.isArray(value) ? value.map((element) => follow(element, rest)) : undefined;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  return follow((value as Record<string | number, unknown>)[step], rest);
};

const jsonOf = (value: unknown): string => JSON.stringify(value) ?? 'null';

/** Inside a quoted text a value stands without its own quotes, and an absent one leaves nothing. */
const insideText = (value: unknown): string => {
  if (value === undefined) return '';
  if (typeof value === 'string') return JSON.stringify(value).slice(1, -1);
  return jsonOf(value).replaceAll('"', '');
};

const fill = (template: string, valueNamed: (name: string) => unknown): string => {
  let filled = '';
  let end = 0;
  let inText = false;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const before = template.slice(end, match.index);
    for (let at = 0; at < before.length; at++) {
      if (before[at] === '\\') at++;
      else if (before[at] === '"') inText = !inText;
    }
    const value = valueNamed(match[1] as string);
    filled += before + (inText ? insideText(value) : jsonOf(value));
    end = match.index + match[0].length;
  }
  return filled + template.slice(end);
};

const isReserved = (name: string): boolean =>
  [
    'aws.events.rule-arn',
    'aws.events.rule-name',
    'aws.events.event',
    'aws.events.event.json',
    'aws.events.event.ingestion-time',
  ].includes(name);

const transformer = ({
  inputPathsMap = {},
  inputTemplate,
}: NonNullable<TargetInput['inputTransformer']>): ((event: object, context: InputContext) => string) => {
  const paths = new Map(Object.entries(inputPathsMap).map(([name, path]) => [name, stepsOf(path)]));
  if (paths.size > MOST_VARIABLES) throw new InvalidInput(`InputPathsMap has ${paths.size} variables, at most 100 do`);
  if (inputTemplate.length > LONGEST_TEMPLATE)
    throw new InvalidInput(`InputTemplate has ${inputTemplate.length} characters, at most ${LONGEST_TEMPLATE} do`);
  for (const name of paths.keys())
    if (name.toLowerCase().startsWith('aws')) throw new InvalidInput(`InputPathsMap: "${name}" may not begin with AWS`);
  for (const [, name] of inputTemplate.matchAll(PLACEHOLDER))
    if (!paths.has(name as string) && !isReserved(name as string))
      throw new InvalidInput(`InputTemplate has the placeholder <${name}>, which InputPathsMap does not define`);

  const isJson = /^\s*[{[]/.test(inputTemplate);
  return (event, context) => {
    const reserved = (name: string): unknown => {
      if (name === 'aws.events.rule-arn') return context.ruleArn;
      if (name === 'aws.events.rule-name') return context.ruleName;
      if (name === 'aws.events.event.ingestion-time') return new Date(context.ingestionTime).toISOString();
      if (name === 'aws.events.event.json') return event;
      return { ...event, detail: undefined };
    };
    const filled = fill(inputTemplate, (name) => {
      const steps = paths.get(name);
      return steps === undefined ? reserved(name) : follow(event, steps);
    });
    if (!isJson) return filled;
    try {
      return JSON.stringify(JSON.parse(filled));
    } catch {
      throw new InvalidInput('the filled InputTemplate is not JSON');
    }
  };
};

/**
 * Makes what turns an event into the text that a target gets, as "Amazon EventBridge input transformation" describes
 * it: the whole event, a constant, a part of it, or a filled template. A path that leads nowhere gives `null`, and
 * nothing inside a quoted text.
 * @throws InvalidInput when the settings are wrong; what is returned throws it when the filled template is not JSON
 */
export const inputOf = (settings: TargetInput): ((event: object, context: InputContext) => string) => {
  const { input, inputPath, inputTransformer } = settings;
  if ([input, inputPath, inputTransformer].filter((part) => part !== undefined).length > 1)
    throw new InvalidInput('Only one of Input, InputPath, or InputTransformer must be provided');
  if (input !== undefined) {
    try {
      JSON.parse(input);
    } catch {
      throw new InvalidInput('JSON syntax error in Input');
    }
    return () => input;
  }
  if (inputPath !== undefined) {
    const steps = stepsOf(inputPath);
    return (event) => jsonOf(follow(event, steps));
  }
  return inputTransformer === undefined ? (event) => JSON.stringify(event) : transformer(inputTransformer);
};
