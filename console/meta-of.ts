/** With what a sandbox's services go to Meta, read from where they read it. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { SandboxInfo } from '@catalog-sync/sandbox/start.ts';
import { secretsManager } from '@catalog-sync/shared/adapters/aws/secrets-manager.ts';
import { systemClock } from '@catalog-sync/shared/adapters/system.ts';
import type { MetaSecret } from '@catalog-sync/shared/ports/secrets.ts';

export const metaOf = async (info: SandboxInfo): Promise<{ secret: MetaSecret; version: string }> => {
  const owner = { region: info.region, credentials: { accessKeyId: 'owner', secretAccessKey: 'owner' } };
  const secrets = new SecretsManagerClient({ ...owner, endpoint: info.secrets });
  const parameters = new SSMClient({ ...owner, endpoint: info.ssm });
  const Name = '/catalog-sync/sandbox/meta/graph-version';
  const [secret, { Parameter }] = await Promise.all([
    secretsManager('catalog-sync/sandbox/meta', systemClock, secrets).meta(),
    parameters.send(new GetParameterCommand({ Name })),
  ]);
  return { secret, version: Parameter?.Value ?? '' };
};
