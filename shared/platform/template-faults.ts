/**
 * Finds what CloudFormation would refuse, or silently ignore, in a packaged template, by the resource types that AWS
 * publishes: unknown types and properties, missing ones, wrong shapes, references to what is not there.
 */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

export interface Resource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}
export interface Template {
  Parameters?: Record<string, { Type: string; Default?: string }>;
  Resources: Record<string, Resource>;
  Outputs?: Record<string, unknown>;
}

const spec = loadAwsServiceSpecSync();
const specOf = (type: string) => spec.lookup('resource', 'cloudFormationType', 'equals', type)[0];
type Property = NonNullable<ReturnType<typeof specOf>>['properties'][string];
type PropertyType = Property['type'];

const INTRINSIC = /^(Ref|Fn::[A-Za-z]+)$/;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isIntrinsic = (value: unknown): boolean =>
  isRecord(value) && Object.keys(value).length === 1 && INTRINSIC.test(Object.keys(value)[0]!);

/** Every fault, as `Logical.Path: what is wrong`. A template that is right has none. */
export const faultsOf = (template: Template): string[] => [
  ...Object.entries(template.Resources).flatMap(([name, resource]) => shapeFaults(name, resource)),
  ...Object.entries(template.Resources).flatMap(([name, resource]) => dependencyFaults(name, resource, template)),
  ...referenceFaults('Resources', template.Resources, template),
  ...referenceFaults('Outputs', template.Outputs ?? {}, template),
];

const shapeFaults = (name: string, { Type, Properties = {} }: Resource): string[] => {
  const known = specOf(Type);
  return known === undefined ? [`${name}: no type ${Type}`] : objectFaults(name, Properties, known.properties);
};

const objectFaults = (
  path: string,
  value: Record<string, unknown>,
  properties: Readonly<Record<string, Property>>,
): string[] => [
  ...Object.keys(properties)
    .filter((key) => properties[key]?.required && value[key] === undefined)
    .map((key) => `${path}: ${key} is missing`),
  ...Object.entries(value).flatMap(([key, part]) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    return property === undefined
      ? [`${path}: no property ${key}`]
      : fewestFaults(`${path}.${key}`, part, [property.type, ...(property.previousTypes ?? [])]);
  }),
];

/** A union is right when one of its types is; else the nearest one tells what is wrong. */
const fewestFaults = (path: string, value: unknown, types: readonly PropertyType[]): string[] =>
  types.map((type) => typeFaults(path, value, type)).reduce((best, next) => (next.length < best.length ? next : best));

const typeFaults = (path: string, value: unknown, type: PropertyType): string[] => {
  if (isIntrinsic(value)) return [];
  const unless = (right: boolean, wanted: string): string[] => (right ? [] : [`${path}: not ${wanted}`]);
  switch (type.type) {
    case 'string':
      return type.allowedValues === undefined || typeof value !== 'string'
        ? unless(['string', 'number', 'boolean'].includes(typeof value), 'a text')
        : unless(type.allowedValues.includes(value), `one of ${type.allowedValues.join(', ')}`);
    case 'date-time':
      return unless(typeof value === 'string', 'a moment');
    case 'number':
      return unless(Number.isFinite(Number(value)), 'a number');
    case 'integer':
      return unless(Number.isInteger(Number(value)), 'a whole number');
    case 'boolean':
      return unless([true, false, 'true', 'false'].includes(value as never), 'true or false');
    case 'null':
      return unless(value === null, 'null');
    case 'json':
    case 'tag':
      return unless(isRecord(value), 'an object');
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((one, place) => typeFaults(`${path}[${place}]`, one, type.element))
        : unless(false, 'a list');
    case 'map':
      return isRecord(value)
        ? Object.entries(value).flatMap(([key, one]) => typeFaults(`${path}.${key}`, one, type.element))
        : unless(false, 'a map');
    case 'ref':
      return isRecord(value)
        ? objectFaults(path, value, spec.get('typeDefinition', type.reference.$ref).properties)
        : unless(false, 'an object');
    case 'union':
      return fewestFaults(path, value, type.types);
  }
};

const dependencyFaults = (name: string, { DependsOn = [] }: Resource, { Resources }: Template): string[] =>
  [DependsOn]
    .flat()
    .filter((other) => !Object.hasOwn(Resources, other))
    .map((other) => `${name}: depends on ${other}, which is not there`);

/** Parameters that CloudFormation itself gives. */
const PSEUDO = new Set(['AccountId', 'Region', 'Partition', 'StackName', 'StackId', 'URLSuffix', 'NoValue']);

const referenceFaults = (path: string, value: unknown, template: Template): string[] => {
  if (Array.isArray(value)) return value.flatMap((one, place) => referenceFaults(`${path}[${place}]`, one, template));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    if (key === 'Ref') return refFaults(path, String(part), template);
    if (key === 'Fn::GetAtt') return attributeFaults(path, [part].flat().join('.'), template);
    if (key === 'Fn::Sub') return subFaults(path, part, template);
    return referenceFaults(`${path}.${key}`, part, template);
  });
};

const refFaults = (path: string, name: string, { Parameters = {}, Resources }: Template): string[] =>
  name.startsWith('AWS::')
    ? PSEUDO.has(name.slice('AWS::'.length))
      ? []
      : [`${path}: no pseudo parameter ${name}`]
    : Object.hasOwn(Parameters, name) || Object.hasOwn(Resources, name)
      ? []
      : [`${path}: refers to ${name}, which is not there`];

const attributeFaults = (path: string, dotted: string, { Resources }: Template): string[] => {
  const [name = '', ...attribute] = dotted.split('.');
  const resource = Object.hasOwn(Resources, name) ? Resources[name] : undefined;
  if (resource === undefined) return [`${path}: refers to ${name}, which is not there`];
  const known = specOf(resource.Type);
  return known === undefined || Object.hasOwn(known.attributes, attribute.join('.'))
    ? []
    : [`${path}: ${resource.Type} has no attribute ${attribute.join('.')}`];
};

/** `${Name}` and `${Name.Attribute}`; `${!Literal}` refers to nothing. */
const subFaults = (path: string, part: unknown, template: Template): string[] => {
  const [text, given] = Array.isArray(part) ? (part as [string, Record<string, unknown>]) : [String(part), {}];
  return [...text.matchAll(/\$\{([^!][^}]*)\}/g)].flatMap(([, name = '']) => {
    if (Object.hasOwn(given, name)) return [];
    return name.includes('.') ? attributeFaults(path, name, template) : refFaults(path, name, template);
  });
};
