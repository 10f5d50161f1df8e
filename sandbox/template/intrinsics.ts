import { isObject, type Json, type JsonObject } from './json.ts';
import { TemplateError } from './template-error.ts';

/** Where in a template a value stands, for errors: for example Resources, Bus, Properties, Name. */
export type At = readonly (string | number)[];

/** What an expression may ask for. Each answers with a resolved value or throws a TemplateError. */
export interface Scope {
  stack: string;
  /** Parameters, resources and pseudo parameters; undefined stands for AWS::NoValue. */
  ref(name: string, at: At): Json | undefined;
  attribute(logicalId: string, attribute: string, at: At): Json;
  /** The value of a named condition. */
  condition(name: string, at: At): boolean;
  imported(exportName: string, at: At): Json;
  /** The value of an SSM parameter, for {{resolve:ssm:…}}. */
  parameter(name: string, at: At): string;
}

/** The function's name and argument if the object is a call: one key, Ref or Fn::…. IAM's own "Condition" key is not. */
const callOf = (value: JsonObject): [string, Json] | undefined => {
  const [entry, ...more] = Object.entries(value);
  if (entry === undefined || more.length > 0) return undefined;
  return entry[0] === 'Ref' || entry[0].startsWith('Fn::') ? entry : undefined;
};

/**
 * A template's value with all its intrinsic functions worked out. Undefined means AWS::NoValue: the property or list
 * entry that holds it is left out. Throws TemplateError for what it does not know.
 */
export const evaluate = (value: Json, scope: Scope, at: At): Json | undefined => {
  if (typeof value === 'string') return withDynamicReferences(value, scope, at);
  if (Array.isArray(value))
    return value.map((entry, i) => evaluate(entry, scope, [...at, i])).filter((entry) => entry !== undefined);
  if (!isObject(value)) return value;
  const call = callOf(value);
  if (call !== undefined) return evaluateCall(call[0], call[1], scope, [...at, call[0]]);
  const out: JsonObject = {};
  for (const [key, entry] of Object.entries(value)) {
    const resolved = evaluate(entry, scope, [...at, key]);
    if (resolved !== undefined) out[key] = resolved;
  }
  return out;
};

/** A condition's expression: Equals, Not, And, Or, or another condition by name. */
export const evaluateCondition = (value: Json, scope: Scope, at: At): boolean => {
  const [entry, ...more] = isObject(value) ? Object.entries(value) : [];
  if (entry === undefined || more.length > 0) throw new TemplateError(scope.stack, at, 'not a condition');
  const [name, argument] = entry;
  const here = [...at, name];
  const parts = (): boolean[] =>
    listOf(argument, scope, here).map((part, i) => evaluateCondition(part, scope, [...here, i]));
  switch (name) {
    case 'Condition':
      return scope.condition(textOf(argument, scope, here), here);
    case 'Fn::Equals': {
      const [left, right] = listOf(argument, scope, here, 2).map((part, i) => evaluate(part, scope, [...here, i]));
      return String(left) === String(right);
    }
    case 'Fn::Not':
      return !parts()[0];
    case 'Fn::And':
      return parts().every(Boolean);
    case 'Fn::Or':
      return parts().some(Boolean);
    default:
      throw new TemplateError(scope.stack, here, `the sandbox does not know this condition function`);
  }
};

const evaluateCall = (name: string, argument: Json, scope: Scope, at: At): Json | undefined => {
  const resolved = (part: Json | undefined, ...more: At): Json => {
    const result = evaluate(part ?? null, scope, [...at, ...more]);
    if (result === undefined) throw new TemplateError(scope.stack, [...at, ...more], 'AWS::NoValue cannot stand here');
    return result;
  };
  switch (name) {
    case 'Ref':
      return scope.ref(textOf(argument, scope, at), at);
    case 'Fn::GetAtt': {
      const [logicalId, ...attribute] =
        typeof argument === 'string' ? argument.split('.') : listOf(argument, scope, at, 2).map((p) => resolved(p));
      return scope.attribute(textOf(logicalId ?? null, scope, at), attribute.map(String).join('.'), at);
    }
    case 'Fn::Sub':
      return substitute(argument, scope, at);
    case 'Fn::Join': {
      const [separator, parts] = listOf(argument, scope, at, 2);
      return listOf(resolved(parts, 1), scope, at)
        .map((part, i) => textOf(part, scope, [...at, 1, i]))
        .join(textOf(separator ?? null, scope, at));
    }
    case 'Fn::Select': {
      const [index, parts] = listOf(argument, scope, at, 2);
      const chosen = listOf(resolved(parts, 1), scope, at)[Number(resolved(index, 0))];
      if (chosen === undefined) throw new TemplateError(scope.stack, at, 'the list has no entry of that number');
      return chosen;
    }
    case 'Fn::Split': {
      const [separator, text] = listOf(argument, scope, at, 2);
      return textOf(resolved(text, 1), scope, at).split(textOf(separator ?? null, scope, at));
    }
    case 'Fn::If': {
      const [condition, yes, no] = listOf(argument, scope, at, 3);
      const holds = scope.condition(textOf(condition ?? null, scope, at), at);
      return evaluate((holds ? yes : no) ?? null, scope, [...at, holds ? 1 : 2]);
    }
    case 'Fn::ImportValue':
      return scope.imported(textOf(resolved(argument), scope, at), at);
    default:
      throw new TemplateError(scope.stack, at, 'the sandbox does not know this function');
  }
};

/** Fn::Sub, as a text or as [text, variables]. ${!x} stays as ${x}. */
const substitute = (argument: Json, scope: Scope, at: At): string => {
  const [text, variables] = typeof argument === 'string' ? [argument, {}] : listOf(argument, scope, at, 2);
  const own = isObject(variables) ? variables : {};
  return textOf(text ?? null, scope, at).replace(/\$\{([^}]*)\}/g, (_whole, inner: string) => {
    if (inner.startsWith('!')) return `\${${inner.slice(1)}}`;
    const name = inner.trim();
    const variable = own[name];
    if (variable !== undefined) return textOf(evaluate(variable, scope, [...at, name]) ?? null, scope, [...at, name]);
    const dot = name.indexOf('.');
    const value = dot < 0 ? scope.ref(name, at) : scope.attribute(name.slice(0, dot), name.slice(dot + 1), at);
    return textOf(value ?? null, scope, [...at, name]);
  });
};

const withDynamicReferences = (text: string, scope: Scope, at: At): string =>
  text.replace(/\{\{resolve:([^}]*)\}\}/g, (whole, inner: string) => {
    const name = /^ssm:([^:]+)(:\d+)?$/.exec(inner)?.[1];
    if (name === undefined) throw new TemplateError(scope.stack, at, `the sandbox cannot resolve ${whole}`);
    return scope.parameter(name, at);
  });

const textOf = (value: Json, scope: Scope, at: At): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(scope.stack, at, `a text is needed, not ${JSON.stringify(value)}`);
};

const listOf = (value: Json, scope: Scope, at: At, length?: number): Json[] => {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value;
  const wanted = length === undefined ? 'a list' : `a list of ${length}`;
  throw new TemplateError(scope.stack, at, `${wanted} is needed, not ${JSON.stringify(value)}`);
};
