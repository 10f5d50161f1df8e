import { randomUUID } from 'node:crypto';
import type { SandboxServer } from '../../server.ts';
import { AwsError, validationError } from './aws-error.ts';
import { listen, type TextAnswer } from './http.ts';

/** A request's body. Times are seconds since 1970, blobs are base64, as the protocol has them. */
export type Input = Readonly<Record<string, unknown>>;
export type Operations = Readonly<Record<string, (input: Input) => unknown>>;

const missing = (name: string): AwsError =>
  validationError(
    `1 validation error detected: Value null at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
  );

const wrongType = (name: string, wanted: string): AwsError =>
  new AwsError('SerializationException', `${name} is not ${wanted}`);

/** A text that has to be there. */
export const text = (input: Input, name: string): string => {
  const value = input[name];
  if (value === undefined || value === null) throw missing(name);
  if (typeof value !== 'string') throw wrongType(name, 'a string');
  return value;
};

export const optionalText = (input: Input, name: string): string | undefined =>
  input[name] === undefined || input[name] === null ? undefined : text(input, name);

export const optionalNumber = (input: Input, name: string): number | undefined => {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number') throw wrongType(name, 'a number');
  return value;
};

export const number = (input: Input, name: string): number => {
  const value = optionalNumber(input, name);
  if (value === undefined) throw missing(name);
  return value;
};

/** A list that has to be there. */
export const list = (input: Input, name: string): unknown[] => {
  const value = input[name];
  if (value === undefined || value === null) throw missing(name);
  if (!Array.isArray(value)) throw wrongType(name, 'a list');
  return value;
};

export const texts = (input: Input, name: string): string[] =>
  list(input, name).map((entry) => (typeof entry === 'string' ? entry : text({}, `${name}.member`)));

/** What an entry of a list or a nested structure holds. */
export const structure = (value: unknown, name: string): Input => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(name, 'a structure');
  return value as Input;
};

/** One page of a list; the token is the place where the next one begins. */
export const page = <T>(all: readonly T[], input: Input, sizeName: string, ordinarySize: number): [T[], string?] => {
  const size = optionalNumber(input, sizeName) ?? ordinarySize;
  const token = optionalText(input, 'NextToken');
  const from = token === undefined ? 0 : Number(token);
  if (!Number.isSafeInteger(from) || from < 0) throw validationError(`NextToken ${token} is not valid`);
  const entries = all.slice(from, from + size);
  return from + size < all.length ? [entries, String(from + size)] : [entries];
};

const parse = (body: string): Input => {
  try {
    return structure(JSON.parse(body === '' ? '{}' : body), 'the body');
  } catch {
    throw new AwsError('SerializationException', 'the body is not a JSON object');
  }
};

const answerOf = (status: number, body: unknown, more: Record<string, string> = {}): TextAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID(), ...more },
  body: JSON.stringify(body ?? {}),
});

/** Serves one service of the AWS JSON 1.1 protocol: operations by the name behind `<service>.` in x-amz-target. */
export const listenAwsJson = (service: string, operations: Operations): Promise<SandboxServer> =>
  listen(async ({ headers, body }) => {
    try {
      const target = String(headers['x-amz-target']);
      const name = target.startsWith(`${service}.`) ? target.slice(service.length + 1) : '';
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined)
        throw new AwsError('UnknownOperationException', `the sandbox does not know the operation ${target}`);
      return answerOf(200, await operation(parse(body)));
    } catch (error) {
      const known =
        error instanceof AwsError ? error : new AwsError('InternalFailure', `${(error as Error).message}`, 500);
      return answerOf(known.status, { __type: known.name, message: known.message }, { 'x-amzn-errortype': known.name });
    }
  });
