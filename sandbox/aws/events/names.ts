import { AwsError, validationError } from './aws-error.ts';

/** The account and region in which the sandbox pretends to be. */
export interface Where {
  region: string;
  accountId: string;
}

const arn = ({ region, accountId }: Where, resource: string): string =>
  `arn:aws:events:${region}:${accountId}:${resource}`;

export const busArn = (where: Where, bus: string): string => arn(where, `event-bus/${bus}`);
export const ruleArn = (where: Where, bus: string, rule: string): string =>
  arn(where, bus === 'default' ? `rule/${rule}` : `rule/${bus}/${rule}`);
export const archiveArn = (where: Where, archive: string): string => arn(where, `archive/${archive}`);
export const replayArn = (where: Where, replay: string): string => arn(where, `replay/${replay}`);

/** A resource's name out of its ARN. Throws when the ARN is of another kind, account or region. */
const nameIn = (where: Where, kind: string, given: string): string => {
  const before = arn(where, `${kind}/`);
  if (!given.startsWith(before))
    throw validationError(`${given} is no ${kind} of account ${where.accountId} in ${where.region}`);
  return given.slice(before.length);
};

/** EventBridge takes a bus by name or ARN, and the default one when none is named. */
export const busName = (where: Where, given = 'default'): string =>
  given.startsWith('arn:') ? nameIn(where, 'event-bus', given) : given;
export const archiveName = (where: Where, given: string): string => nameIn(where, 'archive', given);

/** Rules, archives and replays are named by up to 64 (48 for archives) letters, digits, dots, hyphens and underscores. */
export const checkName = (kind: string, name: string, longest = 64): string => {
  if (!/^[.\-_A-Za-z0-9]+$/.test(name) || name.length > longest)
    throw validationError(
      `1 validation error detected: Value '${name}' at '${kind}' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+ and have length less than or equal to ${longest}`,
    );
  return name;
};

export const notFound = (what: string): AwsError =>
  new AwsError('ResourceNotFoundException', `${what} does not exist.`);
export const alreadyExists = (what: string): AwsError =>
  new AwsError('ResourceAlreadyExistsException', `${what} already exists.`);
