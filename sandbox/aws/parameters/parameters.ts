import { join } from 'node:path';
import type { SandboxClock } from '../../clock.ts';
import type { SandboxServer } from '../../server.ts';
import { AwsError, validationError } from '../events/aws-error.ts';
import { type Input, listenAwsJson, optionalText, page, text, texts } from '../events/aws-json.ts';
import { openStore } from './store.ts';

export interface ParametersOptions {
  dir: string;
  clock: SandboxClock;
  region: string;
  accountId: string;
}

export interface ParametersServer extends SandboxServer {
  /** Makes a parameter, or gives it another value if it has not this one; gives its ARN. */
  setParameter(name: string, value: string, type?: ParameterType): string;
}

const TYPES = ['String', 'StringList', 'SecureString'] as const;
export type ParameterType = (typeof TYPES)[number];

interface Parameter {
  name: string;
  type: ParameterType;
  value: string;
  version: number;
  changedAt: number;
}

// GetParameters takes ten names, GetParametersByPath gives ten parameters; a value of the standard tier has 4 KB.
const MOST_NAMES = 10;
const PAGE = 10;
const MOST_BYTES = 4096;

const checkName = (name: string): void => {
  if (!/^[A-Za-z0-9_.\-/]{1,1011}$/.test(name) || (name.includes('/') && !name.startsWith('/')))
    throw validationError(
      'Parameter name must be a fully qualified name: letters, digits and the symbols .-_/, and a leading slash if it has any.',
    );
};

/** Starts SSM's Parameter Store: parameters without history, labels and tiers, kept in `dir`. */
export const startParameters = async (options: ParametersOptions): Promise<ParametersServer> => {
  const { dir, clock, region, accountId } = options;
  const parameters = openStore<Parameter>(join(dir, 'parameters.json'));
  const arnBefore = `arn:aws:ssm:${region}:${accountId}:parameter`;
  const arnOf = (name: string): string => `${arnBefore}${name.startsWith('/') ? '' : '/'}${name}`;

  /** A parameter by its name or ARN. */
  const find = (given: string): Parameter | undefined => {
    if (!given.startsWith('arn:')) return parameters.get(given);
    const name = given.startsWith(`${arnBefore}/`) ? given.slice(arnBefore.length) : '';
    return parameters.get(name) ?? parameters.get(name.slice(1));
  };
  const found = (given: string): Parameter => {
    const parameter = find(given);
    if (parameter === undefined) throw new AwsError('ParameterNotFound', `The parameter ${given} is not there.`);
    return parameter;
  };
  const put = (name: string, value: string, type: ParameterType): Parameter => {
    const version = (parameters.get(name)?.version ?? 0) + 1;
    const parameter = { name, type, value, version, changedAt: clock.now() };
    parameters.set(name, parameter);
    return parameter;
  };
  const asJson = (parameter: Parameter, input: Input): Record<string, unknown> => ({
    Name: parameter.name,
    Type: parameter.type,
    // Who forgets to ask for decryption gets what is of no use, as from SSM.
    Value:
      parameter.type === 'SecureString' && input.WithDecryption !== true
        ? Buffer.from(`encrypted version ${parameter.version} of ${parameter.name}`).toString('base64')
        : parameter.value,
    Version: parameter.version,
    LastModifiedDate: parameter.changedAt / 1000,
    ARN: arnOf(parameter.name),
    DataType: 'text',
  });

  const http = await listenAwsJson('AmazonSSM', {
    PutParameter: (input) => {
      const name = text(input, 'Name');
      const value = text(input, 'Value');
      checkName(name);
      const before = parameters.get(name);
      if (before !== undefined && input.Overwrite !== true)
        throw new AwsError(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      const given = optionalText(input, 'Type') ?? before?.type;
      const type = TYPES.find((known) => known === given);
      if (type === undefined) throw validationError('A parameter type is required when you create a parameter.');
      if (value === '' || Buffer.byteLength(value) > MOST_BYTES)
        throw validationError(`A value has 1 to ${MOST_BYTES} bytes in the standard tier.`);
      return { Version: put(name, value, type).version, Tier: 'Standard' };
    },
    GetParameter: (input) => ({ Parameter: asJson(found(text(input, 'Name')), input) }),
    GetParameters: (input) => {
      const names = texts(input, 'Names');
      if (names.length < 1 || names.length > MOST_NAMES)
        throw validationError(`1 validation error detected: 'names' has 1 to ${MOST_NAMES} members`);
      return {
        Parameters: names.flatMap((name) => find(name) ?? []).map((parameter) => asJson(parameter, input)),
        InvalidParameters: names.filter((name) => find(name) === undefined),
      };
    },
    GetParametersByPath: (input) => {
      const path = text(input, 'Path');
      if (!path.startsWith('/')) throw validationError('The parameter path must begin with a slash.');
      const before = path.endsWith('/') ? path : `${path}/`;
      const below = parameters
        .values()
        .filter(({ name }) => name.startsWith(before))
        .filter(({ name }) => input.Recursive === true || !name.slice(before.length).includes('/'))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const [some, NextToken] = page(below, input, 'MaxResults', PAGE);
      return { Parameters: some.map((parameter) => asJson(parameter, input)), NextToken };
    },
    DeleteParameter: (input) => {
      parameters.delete(found(text(input, 'Name')).name);
    },
  });
  return {
    ...http,
    setParameter: (name, value, type = 'String') => {
      checkName(name);
      const before = parameters.get(name);
      if (before?.value !== value || before.type !== type) put(name, value, type);
      return arnOf(name);
    },
  };
};
