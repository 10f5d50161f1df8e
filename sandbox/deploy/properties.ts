import { asList, asObject, type Json, type JsonObject } from '../template/json.ts';
import type { ResolvedResource } from '../template/resolve.ts';

/** A value below a resource's properties: `at(rule, 'DeadLetterConfig', 'Arn')`; undefined where it is absent. */
const at = (resource: ResolvedResource, path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((value, key) => asObject(value)[key], resource.properties);

export const optionalText = (resource: ResolvedResource, ...path: string[]): string | undefined => {
  const value = at(resource, path);
  return value === undefined ? undefined : String(value);
};

/** Throws when the template leaves it out. */
export const text = (resource: ResolvedResource, ...path: string[]): string => {
  const value = optionalText(resource, ...path);
  if (value === undefined) throw new Error(`${path.join('.')} is missing`);
  return value;
};

/** CloudFormation takes numbers as texts, too. Throws when it is none. */
export const number = (resource: ResolvedResource, otherwise: number, ...path: string[]): number => {
  const value = Number(at(resource, path) ?? otherwise);
  if (Number.isNaN(value)) throw new Error(`${path.join('.')} is not a number`);
  return value;
};

/** CloudFormation takes booleans as texts, too. */
export const flag = (resource: ResolvedResource, otherwise: boolean, ...path: string[]): boolean =>
  String(at(resource, path) ?? otherwise) === 'true';

export const list = (resource: ResolvedResource, ...path: string[]): Json[] => asList(at(resource, path));

export const object = (resource: ResolvedResource, ...path: string[]): JsonObject => asObject(at(resource, path));
