import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { SandboxClock } from '../../clock.ts';
import type { SandboxServer } from '../../server.ts';
import { AwsError } from '../events/aws-error.ts';
import { type Input, listenAwsJson, optionalNumber, optionalText, text, texts } from '../events/aws-json.ts';
import { openStore } from './store.ts';

export interface SecretsOptions {
  dir: string;
  clock: SandboxClock;
  region: string;
  accountId: string;
}

export interface SecretsServer extends SandboxServer {
  /** Makes a secret, or gives it a new version if its current one has another text; gives its ARN. */
  setSecret(name: string, value: string): string;
}

interface Content {
  SecretString?: string;
  /** Base64. */
  SecretBinary?: string;
}

interface Version extends Content {
  id: string;
  stages: string[];
  createdAt: number;
}

interface Secret {
  name: string;
  arn: string;
  description?: string;
  createdAt: number;
  changedAt: number;
  /** When it may no longer be read, and when it is gone. */
  deletion?: { askedAt: number; at: number };
  versions: Version[];
}

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';
const DAY_MS = 24 * 3600 * 1000;
/** DeleteSecret leaves 30 days to think better of it, or 7 to 30 as asked. */
const RECOVERY_DAYS = { least: 7, most: 30 };
const MOST_BYTES = 65_536;
/** Versions without a stage may be dropped; Secrets Manager keeps around a hundred. */
const MOST_VERSIONS = 100;

const notFound = (what: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified ${what}.`);

const contentOf = (input: Input): Content | undefined => {
  const SecretString = optionalText(input, 'SecretString');
  const SecretBinary = optionalText(input, 'SecretBinary');
  if (SecretString !== undefined && SecretBinary !== undefined)
    throw new AwsError('InvalidParameterException', "You can't specify both SecretString and SecretBinary.");
  if (Buffer.byteLength(SecretString ?? SecretBinary ?? '') > MOST_BYTES)
    throw new AwsError('InvalidParameterException', `A secret has at most ${MOST_BYTES} bytes.`);
  if (SecretString !== undefined) return { SecretString };
  return SecretBinary === undefined ? undefined : { SecretBinary };
};

const sameContent = (a: Content, b: Content): boolean =>
  a.SecretString === b.SecretString && a.SecretBinary === b.SecretBinary;

/** The secret with a new version that bears the stages; who bore AWSCURRENT becomes the previous one. */
const withVersion = (secret: Secret, version: Version): Secret => {
  const taken = new Set(version.stages);
  const makesPrevious = taken.has(CURRENT);
  const older = secret.versions.map((other) => ({
    ...other,
    stages: [
      ...other.stages.filter((stage) => !taken.has(stage) && !(makesPrevious && stage === PREVIOUS)),
      ...(makesPrevious && other.stages.includes(CURRENT) ? [PREVIOUS] : []),
    ],
  }));
  const recent = new Set(older.slice(-(MOST_VERSIONS - 1)));
  const kept = older.filter((other) => other.stages.length > 0 || recent.has(other));
  return { ...secret, changedAt: version.createdAt, versions: [...kept, version] };
};

/** Starts Secrets Manager: secrets and their versions, without rotation and replicas, kept in `dir`. */
export const startSecrets = async (options: SecretsOptions): Promise<SecretsServer> => {
  const { dir, clock, region, accountId } = options;
  const secrets = openStore<Secret>(join(dir, 'secrets.json'));

  /** By name, ARN, or ARN without the six characters at its end. Those whose deletion is due are gone. */
  const find = (id: string): Secret | undefined => {
    const secret = secrets
      .values()
      .find(({ name, arn }) => id === name || id === arn || (id.startsWith('arn:') && id === arn.slice(0, -7)));
    if (secret?.deletion === undefined || secret.deletion.at > clock.now()) return secret;
    secrets.delete(secret.name);
    return undefined;
  };
  const anyFound = (input: Input): Secret => {
    const secret = find(text(input, 'SecretId'));
    if (secret === undefined) throw notFound('secret');
    return secret;
  };
  const found = (input: Input): Secret => {
    const secret = anyFound(input);
    if (secret.deletion !== undefined)
      throw new AwsError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    return secret;
  };
  const create = (name: string): Secret => {
    if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name))
      throw new AwsError('InvalidParameterException', 'A name has letters, digits and the characters /_+=.@-');
    const suffix = randomBytes(24).toString('base64').replace(/[+/]/g, '').slice(0, 6);
    const now = clock.now();
    const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`;
    return { name, arn, createdAt: now, changedAt: now, versions: [] };
  };
  /** Adds a version; the same content under the same token again changes nothing. */
  const put = (secret: Secret, content: Content, id: string, stages: string[]): Version => {
    const before = secret.versions.find((version) => version.id === id);
    if (before !== undefined) {
      if (sameContent(before, content)) return before;
      throw new AwsError('ResourceExistsException', `A version with the id ${id} and other content exists.`);
    }
    const version = { id, stages, createdAt: clock.now(), ...content };
    secrets.set(secret.name, withVersion(secret, version));
    return version;
  };
  const tokenOf = (input: Input): string => optionalText(input, 'ClientRequestToken') ?? randomUUID();
  const named = ({ arn, name }: Secret): Record<string, unknown> => ({ ARN: arn, Name: name });

  const http = await listenAwsJson('secretsmanager', {
    CreateSecret: (input) => {
      const name = text(input, 'Name');
      const content = contentOf(input);
      const id = tokenOf(input);
      const before = find(name);
      const repeats = before?.versions.some((version) => version.id === id && content && sameContent(version, content));
      if (before !== undefined && repeats !== true)
        throw before.deletion === undefined
          ? new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`)
          : new AwsError(
              'InvalidRequestException',
              "You can't create this secret because a secret with this name is already scheduled for deletion.",
            );
      const description = optionalText(input, 'Description');
      const secret = before ?? { ...create(name), ...(description !== undefined && { description }) };
      if (content === undefined) {
        secrets.set(name, secret);
        return named(secret);
      }
      return { ...named(secret), VersionId: put(secret, content, id, [CURRENT]).id };
    },
    PutSecretValue: (input) => {
      const secret = found(input);
      const content = contentOf(input);
      if (content === undefined)
        throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
      const stages = input.VersionStages === undefined ? [CURRENT] : texts(input, 'VersionStages');
      const version = put(secret, content, tokenOf(input), stages);
      return { ...named(secret), VersionId: version.id, VersionStages: version.stages };
    },
    UpdateSecret: (input) => {
      const secret = found(input);
      const content = contentOf(input);
      const description = optionalText(input, 'Description');
      const changed = description === undefined ? secret : { ...secret, description, changedAt: clock.now() };
      if (description !== undefined) secrets.set(secret.name, changed);
      if (content === undefined) return named(secret);
      return { ...named(secret), VersionId: put(changed, content, tokenOf(input), [CURRENT]).id };
    },
    GetSecretValue: (input) => {
      const secret = found(input);
      const id = optionalText(input, 'VersionId');
      const stage = optionalText(input, 'VersionStage') ?? (id === undefined ? CURRENT : undefined);
      const version = secret.versions.find(
        (one) => (id === undefined || one.id === id) && (stage === undefined || one.stages.includes(stage)),
      );
      if (version === undefined)
        throw notFound(
          id === undefined ? `secret value for staging label: ${stage}` : `secret value for VersionId: ${id}`,
        );
      const { SecretString, SecretBinary } = version;
      return {
        ...named(secret),
        VersionId: version.id,
        VersionStages: version.stages,
        CreatedDate: version.createdAt / 1000,
        SecretString,
        SecretBinary,
      };
    },
    DescribeSecret: (input) => {
      const secret = anyFound(input);
      return {
        ...named(secret),
        Description: secret.description,
        CreatedDate: secret.createdAt / 1000,
        LastChangedDate: secret.changedAt / 1000,
        DeletedDate: secret.deletion && secret.deletion.askedAt / 1000,
        VersionIdsToStages: Object.fromEntries(
          secret.versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]),
        ),
      };
    },
    DeleteSecret: (input) => {
      const force = input.ForceDeleteWithoutRecovery === true;
      const days = optionalNumber(input, 'RecoveryWindowInDays');
      if (days !== undefined && (force || days < RECOVERY_DAYS.least || days > RECOVERY_DAYS.most))
        throw new AwsError(
          'InvalidParameterException',
          'RecoveryWindowInDays must be from 7 to 30 and goes without ForceDeleteWithoutRecovery.',
        );
      const secret = found(input);
      const at = clock.now() + (force ? 0 : (days ?? RECOVERY_DAYS.most) * DAY_MS);
      secrets.set(secret.name, { ...secret, deletion: { askedAt: clock.now(), at } });
      return { ...named(secret), DeletionDate: at / 1000 };
    },
  });
  return {
    ...http,
    setSecret: (name, value) => {
      const secret = find(name) ?? create(name);
      const { deletion: _, ...living } = secret;
      const current = secret.versions.find(({ stages }) => stages.includes(CURRENT));
      if (secret.deletion !== undefined || current?.SecretString !== value)
        put(living, { SecretString: value }, randomUUID(), [CURRENT]);
      return secret.arn;
    },
  };
};
