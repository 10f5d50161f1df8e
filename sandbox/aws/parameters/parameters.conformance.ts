import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';

/** What callers may rely on of Parameter Store, seen through its client alone. Everything is below `root`. */
export const behavesAsParameterStore = (started: () => SSMClient, root = '/conformance'): void => {
  const put = (Name: string, Value: string, more: object = { Type: 'String' }) =>
    started().send(new PutParameterCommand({ Name, Value, ...more }));
  const get = async (Name: string, WithDecryption?: boolean) =>
    (await started().send(new GetParameterCommand({ Name, ...(WithDecryption && { WithDecryption }) }))).Parameter;
  const remove = async (...names: string[]): Promise<void> => {
    for (const Name of names) await started().send(new DeleteParameterCommand({ Name }));
  };

  test('a parameter is made, read, overwritten and deleted', async () => {
    const Name = `${root}/bus/name`;
    expect((await put(Name, 'one')).Version).toBe(1);
    expect(await get(Name)).toMatchObject({
      Name,
      Value: 'one',
      Type: 'String',
      Version: 1,
      DataType: 'text',
      LastModifiedDate: expect.any(Date),
      ARN: expect.stringMatching(`:parameter${root}/bus/name$`),
    });
    await expect(put(Name, 'two')).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    expect((await put(Name, 'two', { Overwrite: true })).Version).toBe(2);
    const { ARN } = (await get(Name)) ?? {};
    expect((await get(ARN ?? ''))?.Value).toBe('two');
    await remove(Name);
    await expect(get(Name)).rejects.toMatchObject({ name: 'ParameterNotFound' });
    await expect(remove(Name)).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  test('a secure one is only read by who asks for decryption', async () => {
    await put(`${root}/secure`, 'hidden', { Type: 'SecureString' });
    expect((await get(`${root}/secure`, true))?.Value).toBe('hidden');
    expect((await get(`${root}/secure`))?.Value).not.toContain('hidden');
    await remove(`${root}/secure`);
  });

  test('several are read at once, and those that are not there are named', async () => {
    await put(`${root}/a`, '1');
    await put(`${root}/b`, '2');
    const Names = [`${root}/a`, `${root}/none`, `${root}/b`];
    const { Parameters, InvalidParameters } = await started().send(new GetParametersCommand({ Names }));
    expect(new Map(Parameters?.map(({ Name, Value }) => [Name, Value]))).toEqual(
      new Map([
        [`${root}/a`, '1'],
        [`${root}/b`, '2'],
      ]),
    );
    expect(InvalidParameters).toEqual([`${root}/none`]);
    await remove(`${root}/a`, `${root}/b`);
  });

  test('those of a path are read level by level or all, page by page', async () => {
    const names = [`${root}/x/1`, `${root}/x/2`, `${root}/x/y/3`, `${root}/xy`];
    for (const name of names) await put(name, 'v');
    const below = async (Path: string, more: object = {}): Promise<(string | undefined)[]> => {
      const listed: (string | undefined)[] = [];
      let NextToken: string | undefined;
      do {
        const page = { Path, ...more, ...(NextToken !== undefined && { NextToken }) };
        const answer = await started().send(new GetParametersByPathCommand(page));
        listed.push(...(answer.Parameters ?? []).map(({ Name }) => Name));
        NextToken = answer.NextToken;
      } while (NextToken !== undefined);
      return listed.sort((a = '', b = '') => (a < b ? -1 : 1));
    };
    expect(await below(`${root}/x`)).toEqual(names.slice(0, 2));
    expect(await below(`${root}/x/`, { Recursive: true, MaxResults: 1 })).toEqual(names.slice(0, 3));
    await remove(...names);
  });

  test.each([
    ['with a path that does not begin with a slash', 'a/b', { Type: 'String' }],
    ['with a space in its name', '/a b', { Type: 'String' }],
    ['without type', `${root}/untyped`, {}],
  ])('one %s is refused', async (_what, name, more) => {
    await expect(put(name, 'v', more)).rejects.toMatchObject({ name: 'ValidationException' });
  });
};
