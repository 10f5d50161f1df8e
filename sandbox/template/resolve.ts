import { type At, evaluate, evaluateCondition, type Scope } from './intrinsics.ts';
import { asObject, isObject, type Json, type JsonObject } from './json.ts';
import { type Identity, type Place, resourceTypes } from './resource-types.ts';
import { TemplateError } from './template-error.ts';

/** One stack's packaged CloudFormation template. */
export interface StackTemplate {
  name: string;
  template: Json;
}

/** A resource as CloudFormation would have made it: named, and without any function left in its properties. */
export interface ResolvedResource {
  stack: string;
  logicalId: string;
  type: string;
  /** The physical name. */
  name: string;
  arn: string | undefined;
  properties: JsonObject;
}

export interface ResolveOptions {
  place: Place;
  /** SSM parameters whose values stand above what the templates say, by name. */
  parameters?: Readonly<Record<string, string>>;
}

/**
 * Reads the stacks in the order in which they would be deployed: a later one sees the SSM parameters and the exports of
 * those before it. Throws TemplateError for a resource type, function, reference or parameter that cannot be resolved.
 */
export const resolveStacks = (
  stacks: readonly StackTemplate[],
  { place, parameters = {} }: ResolveOptions,
): ResolvedResource[] => {
  const deployed: Deployed = { parameters: new Map(Object.entries(parameters)), exports: new Map() };
  return stacks.flatMap((stack) => resolveStack(stack, place, deployed));
};

/** What the stacks so far have left behind for those that come after. */
interface Deployed {
  parameters: Map<string, string>;
  exports: Map<string, Json>;
}

const resolveStack = (
  { name: stack, template }: StackTemplate,
  place: Place,
  deployed: Deployed,
): ResolvedResource[] => {
  if (!isObject(template)) throw new TemplateError(stack, [], 'not a template');
  const resources = asObject(template.Resources);
  const scope = stackScope(stack, template, place, deployed);

  const present = Object.keys(resources).filter((logicalId) => scope.isPresent(logicalId));
  const resolved = present.map((logicalId): ResolvedResource => {
    const resource = asObject(resources[logicalId]);
    const at = ['Resources', logicalId, 'Properties'];
    const { name, arn } = scope.identity(logicalId, at);
    const properties = asObject(evaluate(resource.Properties ?? {}, scope, at));
    return { stack, logicalId, type: String(resource.Type), name, arn, properties };
  });

  for (const [outputId, output] of Object.entries(asObject(template.Outputs))) {
    const { Condition, Export, Value } = asObject(output);
    const at = ['Outputs', outputId];
    if (Condition !== undefined && !scope.condition(String(Condition), at)) continue;
    const value = evaluate(Value ?? null, scope, [...at, 'Value']);
    if (Export === undefined) continue;
    const exportName = String(evaluate(asObject(Export).Name ?? null, scope, [...at, 'Export', 'Name']));
    if (deployed.exports.has(exportName))
      throw new TemplateError(stack, at, `another stack exports ${exportName} already`);
    deployed.exports.set(exportName, value ?? '');
  }
  for (const { type, name, properties } of resolved) {
    if (type !== 'AWS::SSM::Parameter') continue;
    const value = deployed.parameters.get(name) ?? String(properties.Value ?? '');
    deployed.parameters.set(name, value);
    properties.Value = value;
  }
  return resolved;
};

interface StackScope extends Scope {
  isPresent(logicalId: string): boolean;
  identity(logicalId: string, at: At): Identity;
}

/** How one stack's expressions are answered. All is worked out when it is asked for, so the order in a template is free. */
const stackScope = (stack: string, template: JsonObject, place: Place, deployed: Deployed): StackScope => {
  const resources = asObject(template.Resources);
  const parameters = asObject(template.Parameters);
  const conditions = asObject(template.Conditions);
  const identities = new Map<string, Identity>();
  const underway = new Set<string>();
  const fail = (at: At, problem: string): never => {
    throw new TemplateError(stack, at, problem);
  };

  /** Guards what is worked out on demand against a definition that needs itself. */
  const once = <T>(what: string, at: At, work: () => T): T => {
    if (underway.has(what)) fail(at, `${what} needs itself`);
    underway.add(what);
    try {
      return work();
    } finally {
      underway.delete(what);
    }
  };

  const pseudo: Record<string, string | undefined> = {
    'AWS::AccountId': place.accountId,
    'AWS::Region': place.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack,
    'AWS::StackId': `arn:aws:cloudformation:${place.region}:${place.accountId}:stack/${stack}/0`,
    'AWS::NoValue': undefined,
  };

  const parameterValue = (name: string, at: At): Json => {
    const { Type, Default } = asObject(parameters[name]);
    if (Default === undefined) return fail(at, `parameter ${name} has no default, and the sandbox sets none`);
    if (Type === 'String' || Type === 'Number') return Default;
    if (Type === 'AWS::SSM::Parameter::Value<String>') return scope.parameter(String(Default), ['Parameters', name]);
    return fail(['Parameters', name], `the sandbox does not know parameters of type ${String(Type)}`);
  };

  const scope: StackScope = {
    stack,
    ref: (name, at) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      if (Object.hasOwn(parameters, name)) return parameterValue(name, at);
      return scope.identity(name, at).ref;
    },
    attribute: (logicalId, attribute, at) => {
      const value = scope.identity(logicalId, at).attributes[attribute];
      return value ?? fail(at, `the sandbox knows no attribute ${attribute} of ${logicalId}`);
    },
    condition: (name, at) => {
      const expression = conditions[name];
      if (expression === undefined) return fail(at, `there is no condition ${name}`);
      return once(`condition ${name}`, at, () => evaluateCondition(expression, scope, ['Conditions', name]));
    },
    imported: (exportName, at) =>
      deployed.exports.get(exportName) ?? fail(at, `no stack before this one exports ${exportName}`),
    parameter: (name, at) =>
      deployed.parameters.get(name) ?? fail(at, `no stack before this one makes the SSM parameter ${name}`),
    isPresent: (logicalId) => {
      const { Condition } = asObject(resources[logicalId]);
      return Condition === undefined || scope.condition(String(Condition), ['Resources', logicalId, 'Condition']);
    },
    identity: (logicalId, at) => {
      const known = identities.get(logicalId);
      if (known !== undefined) return known;
      if (!Object.hasOwn(resources, logicalId) || !scope.isPresent(logicalId))
        return fail(at, `there is no parameter or resource ${logicalId}`);
      const resource = asObject(resources[logicalId]);
      const describe = resourceTypes[String(resource.Type)];
      if (describe === undefined)
        return fail(['Resources', logicalId], `the sandbox does not know resources of type ${String(resource.Type)}`);
      const properties = asObject(resource.Properties);
      const read = (property: string): string | undefined => {
        const value = properties[property];
        const path = ['Resources', logicalId, 'Properties', property];
        const result = value === undefined ? undefined : evaluate(value, scope, path);
        return result === undefined ? undefined : String(result);
      };
      const identity = once(`the name of ${logicalId}`, at, () =>
        describe({ read, generatedName: `${stack}-${logicalId}`, place }),
      );
      identities.set(logicalId, identity);
      return identity;
    },
  };
  return scope;
};
