import { randomUUID } from 'node:crypto';
import type { SandboxServer } from '../../server.ts';
import { AwsError } from '../events/aws-error.ts';
import { listen, type TextAnswer } from '../events/http.ts';

/** What an element of an answer holds; a list stands for repeated `member` elements, undefined leaves the element out. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml } | Entries;

/** A map, which the protocol writes as `entry` elements of a key and a value. */
export class Entries {
  readonly map: Readonly<Record<string, string>>;
  constructor(map: Readonly<Record<string, string>>) {
    this.map = map;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] as string);

const toXml = (value: Xml): string => {
  if (value === undefined) return '';
  if (typeof value !== 'object') return escapeXml(String(value));
  if (value instanceof Entries)
    return Object.entries(value.map)
      .map(([key, text]) => `<entry>${toXml({ key, value: text })}</entry>`)
      .join('');
  if (Array.isArray(value)) return value.map((member) => `<member>${toXml(member)}</member>`).join('');
  return Object.entries(value)
    .map(([name, inner]) => (inner === undefined ? '' : `<${name}>${toXml(inner)}</${name}>`))
    .join('');
};

/** The parameters of a call, or those below one of their names: `Attributes.entry.1.key` and so on. */
export interface Parameters {
  text(name: string): string | undefined;
  /** Throws InvalidParameter when it is not there. */
  required(name: string): string;
  /** The members of a list, in order; `name` includes the `member` or `entry` that the protocol puts there. */
  list(name: string): Parameters[];
}

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameter', `Invalid parameter: ${message}`);

const parametersOf = (form: URLSearchParams, prefix = ''): Parameters => {
  const text = (name: string): string | undefined => form.get(prefix + name) ?? undefined;
  return {
    text,
    required: (name) => {
      const value = text(name);
      if (value === undefined) throw invalidParameter(`${name} Reason: no value for required parameter`);
      return value;
    },
    list: (name) => {
      const members: Parameters[] = [];
      const names = [...form.keys()];
      for (let at = 1; ; at++) {
        const member = `${prefix}${name}.${at}`;
        if (!names.some((key) => key.startsWith(`${member}.`))) return members;
        members.push(parametersOf(form, `${member}.`));
      }
    },
  };
};

/** A map of the protocol, such as a topic's attributes. */
export const entriesOf = (parameters: Parameters, name: string): Record<string, string> =>
  Object.fromEntries(
    parameters.list(`${name}.entry`).map((entry) => [entry.required('key'), entry.text('value') ?? '']),
  );

const answerOf = (status: number, body: string): TextAnswer => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': randomUUID() },
  body,
});

export type QueryOperations = Readonly<Record<string, (parameters: Parameters) => { [name: string]: Xml }>>;

/** Serves the AWS Query protocol as SNS has it: forms in, XML out, the operation in `Action`. */
export const listenQuery = (operations: QueryOperations): Promise<SandboxServer> =>
  listen(async ({ body }) => {
    try {
      const form = new URLSearchParams(body);
      const action = form.get('Action') ?? '';
      const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
      if (operation === undefined)
        throw new AwsError('InvalidAction', `the sandbox does not know the operation ${action}`);
      const result = {
        [`${action}Result`]: operation(parametersOf(form)),
        ResponseMetadata: { RequestId: randomUUID() },
      };
      return answerOf(200, `<${action}Response xmlns="${NAMESPACE}">${toXml(result)}</${action}Response>`);
    } catch (error) {
      const { name, message, status } =
        error instanceof AwsError ? error : new AwsError('InternalError', `${(error as Error).message}`, 500);
      const inner = { Error: { Type: status < 500 ? 'Sender' : 'Receiver', Code: name, Message: message } };
      return answerOf(
        status,
        `<ErrorResponse xmlns="${NAMESPACE}">${toXml({ ...inner, RequestId: randomUUID() })}</ErrorResponse>`,
      );
    }
  });
