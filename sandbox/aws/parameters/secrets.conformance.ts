import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';

/** What callers may rely on of Secrets Manager, seen through its client alone. Every secret has a name of its own below `root`. */
export const behavesAsSecretsManager = (started: () => SecretsManagerClient, root = 'conformance'): void => {
  const newName = (): string => `${root}/${randomUUID()}`;
  const create = (Name: string, SecretString?: string) =>
    started().send(new CreateSecretCommand({ Name, ...(SecretString !== undefined && { SecretString }) }));
  const get = (SecretId: string, more: { VersionStage?: string; VersionId?: string } = {}) =>
    started().send(new GetSecretValueCommand({ SecretId, ...more }));
  const remove = (SecretId: string) =>
    started().send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));

  test('a secret is read by name, ARN, and ARN without its end', async () => {
    const name = newName();
    const { ARN = '', VersionId } = await create(name, 'hidden');
    expect(ARN).toMatch(new RegExp(`:secret:${name}-[A-Za-z0-9]{6}$`));
    for (const id of [name, ARN, ARN.slice(0, -7)])
      expect(await get(id)).toMatchObject({
        Name: name,
        ARN,
        VersionId,
        SecretString: 'hidden',
        VersionStages: ['AWSCURRENT'],
        CreatedDate: expect.any(Date),
      });
    await remove(name);
  });

  test('a new value leaves the one before as the previous', async () => {
    const name = newName();
    const { VersionId: first } = await create(name, 'one');
    const { VersionId: second } = await started().send(
      new PutSecretValueCommand({ SecretId: name, SecretString: 'two' }),
    );
    expect((await get(name)).SecretString).toBe('two');
    expect(await get(name, { VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'one', VersionId: first });
    await started().send(new UpdateSecretCommand({ SecretId: name, SecretString: 'three', Description: 'd' }));
    expect((await get(name)).SecretString).toBe('three');
    expect((await get(name, { VersionStage: 'AWSPREVIOUS' })).VersionId).toBe(second);
    expect((await get(name, { VersionId: second ?? '' })).SecretString).toBe('two');
    const described = await started().send(new DescribeSecretCommand({ SecretId: name }));
    expect(described).toMatchObject({ Name: name, Description: 'd', LastChangedDate: expect.any(Date) });
    expect(described.VersionIdsToStages?.[second ?? '']).toEqual(['AWSPREVIOUS']);
    expect(described.VersionIdsToStages).not.toHaveProperty(first ?? '');
    await remove(name);
  });

  test('bytes come back as they were', async () => {
    const Name = newName();
    const SecretBinary = Uint8Array.from([0, 255, 10]);
    await started().send(new CreateSecretCommand({ Name, SecretBinary }));
    const { SecretBinary: bytes, SecretString } = await get(Name);
    expect([...(bytes ?? [])]).toEqual([0, 255, 10]);
    expect(SecretString).toBeUndefined();
    await remove(Name);
  });

  test('the same call again makes no second version', async () => {
    const SecretId = newName();
    await create(SecretId, 'one');
    const put = { SecretId, SecretString: 'two', ClientRequestToken: randomUUID() };
    const { VersionId } = await started().send(new PutSecretValueCommand(put));
    expect((await started().send(new PutSecretValueCommand(put))).VersionId).toBe(VersionId);
    expect((await get(SecretId, { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one');
    await expect(started().send(new PutSecretValueCommand({ ...put, SecretString: 'x' }))).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
    await remove(SecretId);
  });

  test('a secret without value, or that is not there, is not found', async () => {
    const name = newName();
    await create(name);
    await expect(get(name)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT.",
    });
    await expect(get(newName())).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
    await expect(create(name, 'v')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await remove(name);
  });

  test('a deleted secret is not read, but described', async () => {
    const name = newName();
    await create(name, 'v');
    const { DeletionDate } = await started().send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 7 }));
    expect(DeletionDate).toBeInstanceOf(Date);
    await expect(get(name)).rejects.toMatchObject({ name: 'InvalidRequestException' });
    expect((await started().send(new DescribeSecretCommand({ SecretId: name }))).DeletedDate).toBeInstanceOf(Date);
  });
};
