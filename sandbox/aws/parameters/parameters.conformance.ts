import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';

/** What callers may rely on of Parameter Store, seen through its client alone. Everything is below `/conformance`. */
export const behavesAsParameterStore = (started: () => SSMClient): void => {
  const put = (Name: string, Value: string, more: object = { Type: 'String' }) =>
    started().send(new PutParameterCommand({ Name, Value, ...more }));
  const get = async (Name: string, WithDecryption?: boolean) =>
    (await started().send(new GetParameterCommand({ Name, ...(WithDecryption && { WithDecryption }) }))).Parameter;
  const remove = async (...names: string[]): Promise<void> => {
    for (const Name of names) await started().send(new DeleteParameterCommand({ Name }));
  };

  test('a parameter is made, read, overwritten and deleted', async () => {
    const Name = '/conformance/bus/name';
    expect((await put(Name, 'one')).Version).toBe(1);
    expect(await get(Name)).toMatchObject({
      Name,
      Value: 'one',
      Type: 'String',
      Version: 1,
      DataType: 'text',
      LastModifiedDate: expect.any(Date),
      ARN: expect.stringMatching(/:parameter\/conformance\/bus\/name$/),
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
    await put('/conformance/secure', 'hidden', { Type: 'SecureString' });
    expect((await get('/conformance/secure', true))?.Value).toBe('hidden');
    expect((await get('/conformance/secure'))?.Value).not.toContain('hidden');
    await remove('/conformance/secure');
  });

  test('several are read at once, and those that are not there are named', async () => {
    await put('/conformance/a', '1');
    await put('/conformance/b', '2');
    const Names = ['/conformance/a', '/conformance/none', '/conformance/b'];
    const { Parameters, InvalidParameters } = await started().send(new GetParametersCommand({ Names }));
    expect(new Map(Parameters?.map(({ Name, Value }) => [Name, Value]))).toEqual(
      new Map([
        ['/conformance/a', '1'],
        ['/conformance/b', '2'],
      ]),
    );
    expect(InvalidParameters).toEqual(['/conformance/none']);
    await remove('/conformance/a', '/conformance/b');
  });

  test('those of a path are read level by level or all, page by page', async () => {
    const names = ['/conformance/x/1', '/conformance/x/2', '/conformance/x/y/3', '/conformance/xy'];
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
    expect(await below('/conformance/x')).toEqual(names.slice(0, 2));
    expect(await below('/conformance/x/', { Recursive: true, MaxResults: 1 })).toEqual(names.slice(0, 3));
    await remove(...names);
  });

  test.each([
    ['with a path that does not begin with a slash', 'a/b', { Type: 'String' }],
    ['with a space in its name', '/a b', { Type: 'String' }],
    ['without type', '/conformance/untyped', {}],
  ])('one %s is refused', async (_what, name, more) => {
    await expect(put(name, 'v', more)).rejects.toMatchObject({ name: 'ValidationException' });
  });
};
