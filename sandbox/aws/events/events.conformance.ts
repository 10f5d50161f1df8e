import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteEventBusCommand,
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
import { patternTable, sampleEvent, wrongPatterns } from './pattern-table.ts';

/**
 * What callers may rely on of EventBridge, seen through its client alone. `busName` is a bus of the caller's own that
 * is there and has no rules; `prefix` begins the names of what is made outside of it.
 */
export const behavesAsEventBridge = (
  started: () => { client: EventBridgeClient; busName: string },
  prefix = 'conformance',
): void => {
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
    /** EventBridge looks only at where it is, not whether it is there. */
    const queueArn = async (name: string): Promise<string> =>
      (await busArn()).replace(':events:', ':sqs:').replace(/event-bus.*$/, name);

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
      const target = { Id: 'queue', Arn: await queueArn('q') };
      const more = {
        Id: 'more',
        Arn: await queueArn('more'),
        InputTransformer: { InputPathsMap: { a: '$.detail.a' }, InputTemplate: '{"a":<a>}' },
        RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: await queueArn('dead') },
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

  describe('the language of patterns', () => {
    const Event = JSON.stringify({
      ...sampleEvent,
      id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
      time: '2026-11-23T00:00:00Z',
      region: 'eu-west-1',
    });
    const tried = async (EventPattern: string) =>
      (await started().client.send(new TestEventPatternCommand({ EventPattern, Event }))).Result;

    test.each(patternTable)('finds %s', async (_what, wanted, matches) => {
      expect(await tried(JSON.stringify(wanted))).toBe(matches);
    });

    test.each(wrongPatterns)('refuses one %s', async (_what, wrong) => {
      await expect(tried(wrong)).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
    });
  });

  test('a bus is made once, described, and deleted when it has no rules', async () => {
    const { client } = started();
    const Name = `${prefix}-made-once`;
    const { EventBusArn } = await client.send(new CreateEventBusCommand({ Name }));
    expect(EventBusArn).toMatch(new RegExp(`:event-bus/${Name}$`));
    await expect(client.send(new CreateEventBusCommand({ Name }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    await client.send(new PutRuleCommand({ Name: 'r', EventBusName: Name, EventPattern: pattern }));
    await expect(client.send(new DeleteEventBusCommand({ Name }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await client.send(new DeleteRuleCommand({ Name: 'r', EventBusName: Name }));
    await client.send(new DeleteEventBusCommand({ Name }));
    await expect(client.send(new DescribeEventBusCommand({ Name }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await client.send(new DeleteEventBusCommand({ Name }));
    await expect(client.send(new DeleteEventBusCommand({ Name: 'default' }))).rejects.toThrow();
  });

  test('the default bus is always there', async () => {
    const { client, busName } = started();
    const { EventBuses = [] } = await client.send(new ListEventBusesCommand({}));
    expect(EventBuses.map(({ Name }) => Name)).toEqual(expect.arrayContaining(['default', busName]));
    expect((await client.send(new DescribeEventBusCommand({}))).Arn).toMatch(/:event-bus\/default$/);
  });

  test('an archive is made once, described, listed and replayed', async () => {
    const { client } = started();
    const archive = { ArchiveName: `${prefix}-archive`, EventSourceArn: await busArn() };
    const { ArchiveArn } = await client.send(
      new CreateArchiveCommand({ ...archive, EventPattern: pattern, RetentionDays: 7 }),
    );
    await expect(client.send(new CreateArchiveCommand(archive))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    expect(await client.send(new DescribeArchiveCommand({ ArchiveName: archive.ArchiveName }))).toMatchObject({
      ...archive,
      ArchiveArn,
      EventPattern: pattern,
      RetentionDays: 7,
      State: 'ENABLED',
    });
    const { Archives = [] } = await client.send(
      new ListArchivesCommand({ NamePrefix: archive.ArchiveName.slice(0, -2) }),
    );
    expect(Archives.map(({ ArchiveName }) => ArchiveName)).toEqual([archive.ArchiveName]);

    const replay = {
      ReplayName: `${prefix}-replay`,
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
    expect(await client.send(new DescribeReplayCommand({ ReplayName: replay.ReplayName }))).toMatchObject({
      ReplayName: replay.ReplayName,
      EventSourceArn: ArchiveArn,
      Destination,
      EventStartTime: replay.EventStartTime,
    });
    const { Replays = [] } = await client.send(new ListReplaysCommand({ NamePrefix: replay.ReplayName.slice(0, -2) }));
    expect(Replays.map(({ ReplayName }) => ReplayName)).toEqual([replay.ReplayName]);
    await client.send(new DeleteArchiveCommand({ ArchiveName: archive.ArchiveName }));
    await expect(client.send(new DescribeArchiveCommand({ ArchiveName: archive.ArchiveName }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
};
