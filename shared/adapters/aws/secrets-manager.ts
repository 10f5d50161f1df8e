import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type EpochMs, MINUTE } from '../../catalog/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MetaSecret, Secrets } from '../../ports/secrets.ts';

const CACHED_FOR_MS = 5 * MINUTE;

const Stored = t.intersection([
  t.type({ accessToken: t.string }),
  t.partial({ appSecret: t.union([t.string, t.null]) }),
]);

/** Meta's secret by its id. Its content never appears in an error. */
export const secretsManager = (SecretId: string, clock: Clock, client = new SecretsManagerClient({})): Secrets => {
  let cached: { secret: MetaSecret; at: EpochMs } | undefined;
  const readAnew = async (): Promise<MetaSecret> => {
    const { SecretString = '', VersionId = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
    let json: unknown;
    try {
      json = JSON.parse(SecretString);
    } catch {
      json = undefined;
    }
    const stored = Stored.decode(json);
    if (isLeft(stored)) {
      throw new Error(`the secret ${SecretId} must be JSON: {"accessToken": "…", "appSecret": "…" or null}`);
    }
    const { accessToken, appSecret } = stored.right;
    return {
      accessToken,
      appSecret: appSecret === undefined || appSecret === '' ? null : appSecret,
      version: VersionId,
    };
  };
  return {
    meta: async ({ fresh = false } = {}) => {
      const now = clock.now();
      if (fresh || cached === undefined || now - cached.at >= CACHED_FOR_MS)
        cached = { secret: await readAnew(), at: now };
      return cached.secret;
    },
  };
};
