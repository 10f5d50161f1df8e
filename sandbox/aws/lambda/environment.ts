import { createHash } from 'node:crypto';
import type { FunctionDefinition } from './function.ts';

/** Where the AWS services that the functions call listen. */
export interface Endpoints {
  s3: string;
  dynamodb: string;
  events: string;
  sqs: string;
  sns: string;
  ssm: string;
  secrets: string;
}

/** The access key that a function signs with: the servers know the caller by it. The same on every start. */
export const accessKeyOf = (functionName: string): string =>
  `AKIA${createHash('sha256').update(functionName).digest('hex').slice(0, 16).toUpperCase()}`;

/**
 * A function's whole environment: what Lambda sets, the template's variables, and where the SDK finds each service
 * (AWS_ENDPOINT_URL_ and the service's id, as the SDKs' reference guide lists them). Of the machine only PATH is seen:
 * HOME is the function's folder, so that nobody's ~/.aws takes part.
 */
export const functionEnvironment = (
  { name, memoryMb, handler, variables }: FunctionDefinition,
  { region, taskRoot, endpoints }: { region: string; taskRoot: string; endpoints: Endpoints },
): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: taskRoot,
  TZ: 'UTC',
  LAMBDA_TASK_ROOT: taskRoot,
  _HANDLER: handler,
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  ...variables,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: accessKeyOf(name),
  AWS_SECRET_ACCESS_KEY: 'of-no-use-outside-the-sandbox',
  AWS_ENDPOINT_URL_S3: endpoints.s3,
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.events,
  AWS_ENDPOINT_URL_SQS: endpoints.sqs,
  AWS_ENDPOINT_URL_SNS: endpoints.sns,
  AWS_ENDPOINT_URL_SSM: endpoints.ssm,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secrets,
});
