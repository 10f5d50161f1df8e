import {
  CreateArchiveCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  type EventBridgeClient,
  ListArchivesCommand,
  ListEventBusesCommand,
  ListReplaysCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  StartReplayCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';

/**
 * What callers may rely on of EventBridge, seen through its client alone. `busName` is a bus of the caller's own that
 * is there and has no rules.
 */
export const behavesAsEventBridge = (started: () => { client: EventBridgeClient; busName: string }): void => {
  const entry = (more: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
    EventBusName: started().busName,
    Source: 'catalog-sync.ingest',
    DetailType: 'FilesLanded',
    Detail: '{"a":1}',
    ...more,
  });
  const put = (...Entries: PutEventsRequestEntry[]) => started().client.send(new PutEventsCommand({ Entries }));
  const pattern = JSON.stringify({ source: ['catalog-sync.ingest'] });
  const busArn = async (): Promise<string> =>
    (await started().client.send(new DescribeEventBusCommand({ Name: started().busName }))).Arn as string;

  describe('PutEvents', () => {
    test('accepts up to ten entries and gives each an id of its own', async () => {
      const answer = await put(...Array.from({ length: 10 }, () => entry()));
      expect(answer.FailedEntryCount).toBe(0);
      expect(new Set(answer.Entries?.map(({ EventId }) => EventId)).size).toBe(10);
      expect(answer.Entries?.[0]?.EventId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    });

    test('takes the bus by its ARN', async () => {
      const answer = await put(entry({ EventBusName: await busArn(), Time: new Date(), Resources: ['r'] }));
      expect(answer.FailedEntryCount).toBe(0);
    });

    test.each<[string, Partial<PutEventsRequestEntry>, string]>([
      ['without source', { Source: undefined }, 'InvalidArgument'],
      ['without detail type', { DetailType: undefined }, 'InvalidArgument'],
      ['without detail', { Detail: undefined }, 'InvalidArgument'],
      ['whose detail is no JSON', { Detail: '{' }, 'MalformedDetail'],
      ['whose detail is a list', { Detail: '[1]' }, 'MalformedDetail'],
      ["in an AWS service's name", { Source: 'aws.s3' }, 'NotAuthorizedForSourceException'],
    ])('refuses an entry %s, and only that one', async (_what, change, code) => {
      const answer = await put(entry(), entry(change), entry());
      expect(answer.FailedEntryCount).toBe(1);
      expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, code, undefined]);
      expect(answer.Entries?.map(({ EventId }) => EventId === undefined)).toEqual([false, true, false]);
      expect(answer.Entries?.[1]?.ErrorMessage).toBeTruthy();
    });

    test('refuses a call of eleven entries', async () => {
      await expect(put(...Array.from({ length: 11 }, () => entry()))).rejects.toThrow(/less than or equal to 10/);
    });

    test('refuses a call without entries', async () => {
      await expect(put()).rejects.toThrow(/greater than or equal to 1/);
    });

    test('refuses a call of more than 1 MB', async () => {
      const half = entry({ Detail: JSON.stringify({ a: 'x'.repeat(530_000) }) });
      expect((await put(half)).FailedEntryCount).toBe(0);
      await expect(put(half, half)).rejects.toThrow('Total size of the entries in the request is over the limit.');
    });
  });

  describe('rules', () => {
    const EventBusName = (): string => started().busName;
    const target = { Id: 'queue', Arn: 'arn:aws:sqs:eu-west-1:000000000000:q' };

    test('are made, described, changed, listed and deleted', async () => {
      const { client } = started();
      const rule = { Name: 'when-files-landed', EventBusName: EventBusName() };
      const { RuleArn } = await client.send(new PutRuleCommand({ ...rule, EventPattern: pattern }));
      expect(RuleArn).toMatch(new RegExp(`:rule/${EventBusName()}/when-files-landed$`));
      expect(await client.send(new DescribeRuleCommand(rule))).toMatchObject({
        Name: rule.Name,
        Arn: RuleArn,
        EventPattern: pattern,
        State: 'ENABLED',
        EventBusName: EventBusName(),
      });

      await client.send(new DisableRuleCommand(rule));
      expect((await client.send(new DescribeRuleCommand(rule))).State).toBe('DISABLED');
      await client.send(new EnableRuleCommand(rule));
      const { Rules } = await client.send(new ListRulesCommand({ EventBusName: EventBusName(), NamePrefix: 'when-' }));
      expect(Rules?.map(({ Name, State }) => [Name, State])).toEqual([['when-files-landed', 'ENABLED']]);

      await client.send(new DeleteRuleCommand(rule));
      await expect(client.send(new DescribeRuleCommand(rule))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });

    test('have targets, which are put, replaced by id, listed and removed', async () => {
      const { client } = started();
      const rule = { Rule: 'with-targets', EventBusName: EventBusName() };
      await client.send(new PutRuleCommand({ Name: rule.Rule, EventBusName: EventBusName(), EventPattern: pattern }));
      const more = {
        Id: 'more',
        Arn: 'arn:aws:sqs:eu-west-1:000000000000:more',
        InputTransformer: { InputPathsMap: { a: '$.detail.a' }, InputTemplate: '{"a":<a>}' },
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-1:000000000000:dead' },
      };
      await client.send(new PutTargetsCommand({ ...rule, Targets: [target] }));
      await client.send(new PutTargetsCommand({ ...rule, Targets: [{ ...target, InputPath: '$.detail' }, more] }));
      const { Targets } = await client.send(new ListTargetsByRuleCommand(rule));
      expect(Targets).toHaveLength(2);
      expect(Targets).toEqual(expect.arrayContaining([{ ...target, InputPath: '$.detail' }, more]));

      await expect(
        client.send(new DeleteRuleCommand({ Name: rule.Rule, EventBusName: EventBusName() })),
      ).rejects.toThrow("Rule can't be deleted since it has targets.");
      await client.send(new RemoveTargetsCommand({ ...rule, Ids: ['queue', 'more'] }));
      expect((await client.send(new ListTargetsByRuleCommand(rule))).Targets).toEqual([]);
      await client.send(new DeleteRuleCommand({ Name: rule.Rule, EventBusName: EventBusName() }));
    });

    test.each<[string, { EventPattern?: string; ScheduleExpression?: string }, string]>([
      ['a pattern that is none', { EventPattern: '{"source":"a"}' }, 'InvalidEventPatternException'],
      ['neither pattern nor schedule', {}, 'ValidationException'],
      ['a schedule on a bus that is not the default', { ScheduleExpression: 'rate(1 minute)' }, 'ValidationException'],
    ])('are refused with %s', async (_what, settings, name) => {
      const rule = { Name: 'wrong', EventBusName: EventBusName(), ...settings };
      await expect(started().client.send(new PutRuleCommand(rule))).rejects.toMatchObject({ name });
    });

    test('are refused on a bus that is not there', async () => {
      const rule = { Name: 'lost', EventBusName: 'no-such-bus', EventPattern: pattern };
      await expect(started().client.send(new PutRuleCommand(rule))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });

    test('are listed page by page', async () => {
      const { client } = started();
      const names = ['page-1', 'page-2', 'page-3'];
      for (const Name of names)
        await client.send(new PutRuleCommand({ Name, EventBusName: EventBusName(), EventPattern: pattern }));
      const listed: (string | undefined)[] = [];
      let NextToken: string | undefined;
      do {
        const list = { EventBusName: EventBusName(), NamePrefix: 'page-', Limit: 2, ...(NextToken && { NextToken }) };
        const answer = await client.send(new ListRulesCommand(list));
        listed.push(...(answer.Rules ?? []).map(({ Name }) => Name));
        NextToken = answer.NextToken;
      } while (NextToken !== undefined);
      expect(listed).toEqual(names);
      for (const Name of names) await client.send(new DeleteRuleCommand({ Name, EventBusName: EventBusName() }));
    });
  });

  test('a pattern is tried on an event', async () => {
    const Event = JSON.stringify({
      id: '1',
      'detail-type': 'FilesLanded',
      source: 'catalog-sync.ingest',
      account: '000000000000',
      time: '2026-11-23T00:00:00Z',
      region: 'eu-west-1',
      resources: [],
      detail: {},
    });
    const { client } = started();
    expect((await client.send(new TestEventPatternCommand({ EventPattern: pattern, Event }))).Result).toBe(true);
    const other = '{"source":["other"]}';
    expect((await client.send(new TestEventPatternCommand({ EventPattern: other, Event }))).Result).toBe(false);
  });

  test('the default bus is always there', async () => {
    const { client, busName } = started();
    const { EventBuses = [] } = await client.send(new ListEventBusesCommand({}));
    expect(EventBuses.map(({ Name }) => Name)).toEqual(expect.arrayContaining(['default', busName]));
    expect((await client.send(new DescribeEventBusCommand({}))).Arn).toMatch(/:event-bus\/default$/);
  });

  test('an archive is made once, described, listed and replayed', async () => {
    const { client } = started();
    const archive = { ArchiveName: 'conformance', EventSourceArn: await busArn() };
    const { ArchiveArn } = await client.send(
      new CreateArchiveCommand({ ...archive, EventPattern: pattern, RetentionDays: 7 }),
    );
    await expect(client.send(new CreateArchiveCommand(archive))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    expect(await client.send(new DescribeArchiveCommand({ ArchiveName: 'conformance' }))).toMatchObject({
      ...archive,
      ArchiveArn,
      EventPattern: pattern,
      RetentionDays: 7,
      State: 'ENABLED',
    });
    const { Archives = [] } = await client.send(new ListArchivesCommand({ NamePrefix: 'conf' }));
    expect(Archives.map(({ ArchiveName }) => ArchiveName)).toEqual(['conformance']);

    const replay = {
      ReplayName: 'conformance',
      EventSourceArn: ArchiveArn,
      EventStartTime: new Date(Date.now() - 3_600_000),
      EventEndTime: new Date(),
    };
    const elsewhere = { Arn: archive.EventSourceArn.replace(/[^/]+$/, 'default') };
    await expect(client.send(new StartReplayCommand({ ...replay, Destination: elsewhere }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    const Destination = { Arn: archive.EventSourceArn };
    const backwards = { ...replay, EventStartTime: replay.EventEndTime, EventEndTime: replay.EventStartTime };
    await expect(client.send(new StartReplayCommand({ ...backwards, Destination }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    const { State, ReplayStartTime } = await client.send(new StartReplayCommand({ ...replay, Destination }));
    expect(State).toBe('STARTING');
    expect(ReplayStartTime).toBeInstanceOf(Date);
    await expect(client.send(new StartReplayCommand({ ...replay, Destination }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    expect(await client.send(new DescribeReplayCommand({ ReplayName: 'conformance' }))).toMatchObject({
      ReplayName: 'conformance',
      EventSourceArn: ArchiveArn,
      Destination,
      EventStartTime: replay.EventStartTime,
    });
    const { Replays = [] } = await client.send(new ListReplaysCommand({ NamePrefix: 'conf' }));
    expect(Replays.map(({ ReplayName }) => ReplayName)).toEqual(['conformance']);
  });
};
