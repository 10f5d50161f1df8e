import {
  CreateArchiveCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  DisableRuleCommand,
  type EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  StartReplayCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';

export interface DeliveryUnderTest {
  readonly client: EventBridgeClient;
  /** Makes a bus without rules: its name. */
  makeBus(): Promise<string>;
  /** Makes an empty queue that EventBridge may send to. */
  makeQueue(): Promise<{
    arn: string;
    /** Waits for so many messages, and a moment for one more: their bodies, as JSON when they are, in text order. */
    receive(count: number): Promise<unknown[]>;
  }>;
  /** Waits until rules that were just put are in force. */
  settle(): Promise<void>;
  /** Waits until `look` does not reject. */
  eventually<A>(look: () => Promise<A>): Promise<A>;
}

/**
 * What arrives at a queue of what is put on a bus. `prefix` begins the archive's name. With `archives` an archive is
 * filled and replayed, for which AWS takes up to a quarter of an hour.
 */
export const deliversAsEventBridge = (
  started: () => DeliveryUnderTest,
  { prefix, archives }: { prefix: string; archives: boolean },
): void => {
  const rule = async (EventBusName: string, Name: string, pattern: object, ...Targets: Target[]): Promise<void> => {
    const { client } = started();
    await client.send(new PutRuleCommand({ Name, EventBusName, EventPattern: JSON.stringify(pattern) }));
    const { FailedEntryCount } = await client.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
    expect(FailedEntryCount).toBe(0);
  };
  const put = async (EventBusName: string, ...events: { type: string; detail: object }[]): Promise<string[]> => {
    const Entries = events.map(({ type, detail }) => ({
      EventBusName,
      Source: 'catalog-sync.conformance',
      DetailType: type,
      Detail: JSON.stringify(detail),
      Resources: ['arn:aws:s3:::landing'],
    }));
    const answer = await started().client.send(new PutEventsCommand({ Entries }));
    expect(answer.FailedEntryCount).toBe(0);
    return (answer.Entries ?? []).map(({ EventId = '' }) => EventId);
  };

  test('an event goes to the queues of the rules that match it, whole, and to no other', async () => {
    const { makeBus, makeQueue, settle } = started();
    const [bus, all, landed] = [await makeBus(), await makeQueue(), await makeQueue()];
    await rule(bus, 'all', { source: [{ prefix: 'catalog-sync.' }] }, { Id: 'q', Arn: all.arn });
    await rule(bus, 'landed', { 'detail-type': ['FilesLanded'] }, { Id: 'q', Arn: landed.arn });
    await settle();
    const ids = await put(bus, { type: 'FilesLanded', detail: { n: 1 } }, { type: 'Other', detail: { n: 2 } });
    expect(await landed.receive(1)).toEqual([
      {
        version: '0',
        id: ids[0],
        'detail-type': 'FilesLanded',
        source: 'catalog-sync.conformance',
        account: expect.stringMatching(/^\d{12}$/),
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        region: expect.any(String),
        resources: ['arn:aws:s3:::landing'],
        detail: { n: 1 },
      },
    ]);
    const seen = (await all.receive(2)).map((body) => (body as { id: string }).id);
    expect(new Set(seen)).toEqual(new Set(ids));
  });

  test('a target gets what its input settings make of the event', async () => {
    const { makeBus, makeQueue, settle } = started();
    const [bus, queue] = [await makeBus(), await makeQueue()];
    await rule(
      bus,
      'inputs',
      { 'detail-type': ['T'] },
      { Id: 'path', Arn: queue.arn, InputPath: '$.detail' },
      { Id: 'constant', Arn: queue.arn, Input: '{"constant":true}' },
      {
        Id: 'template',
        Arn: queue.arn,
        InputTransformer: {
          InputPathsMap: { n: '$.detail.n', list: '$.detail.list', none: '$.detail.none' },
          InputTemplate: '{"n":<n>,"text":"number <n>","list":<list>,"of":"<aws.events.rule-name>"}',
        },
      },
    );
    await settle();
    await put(bus, { type: 'T', detail: { n: 7, list: ['a', 1] } });
    const bodies = await queue.receive(3);
    expect(bodies).toHaveLength(3);
    expect(bodies).toEqual(
      expect.arrayContaining([
        { n: 7, list: ['a', 1] },
        { constant: true },
        { n: 7, text: 'number 7', list: ['a', 1], of: 'inputs' },
      ]),
    );
  });

  test('a disabled rule delivers nothing', async () => {
    const { client, makeBus, makeQueue, settle } = started();
    const [bus, off, on] = [await makeBus(), await makeQueue(), await makeQueue()];
    await rule(bus, 'off', { 'detail-type': ['T'] }, { Id: 'q', Arn: off.arn });
    await rule(bus, 'on', { 'detail-type': ['T'] }, { Id: 'q', Arn: on.arn });
    await client.send(new DisableRuleCommand({ Name: 'off', EventBusName: bus }));
    await settle();
    await put(bus, { type: 'T', detail: {} });
    expect(await on.receive(1)).toHaveLength(1);
    expect(await off.receive(0)).toEqual([]);
  });

  if (archives)
    test('what an archive holds is replayed to the bus, marked as such', async () => {
      const { client, makeBus, makeQueue, settle, eventually } = started();
      const [bus, queue] = [await makeBus(), await makeQueue()];
      const { Arn: busArn } = await client.send(new DescribeEventBusCommand({ Name: bus }));
      const [ArchiveName, ReplayName] = [`${prefix}-filled`, `${prefix}-again`];
      const { ArchiveArn } = await client.send(
        new CreateArchiveCommand({
          ArchiveName,
          EventSourceArn: busArn,
          EventPattern: '{"detail-type":["Kept"]}',
          RetentionDays: 1,
        }),
      );
      await rule(bus, 'all', { source: ['catalog-sync.conformance'] }, { Id: 'q', Arn: queue.arn });
      await settle();
      const from = new Date(Date.now() - 60_000);
      await put(bus, { type: 'Kept', detail: { n: 1 } }, { type: 'Other', detail: { n: 2 } });
      expect(await queue.receive(2)).toHaveLength(2);
      await eventually(async () =>
        expect(await client.send(new DescribeArchiveCommand({ ArchiveName }))).toMatchObject({ EventCount: 1 }),
      );
      await client.send(
        new StartReplayCommand({
          ReplayName,
          EventSourceArn: ArchiveArn,
          EventStartTime: from,
          EventEndTime: new Date(Date.now() + 1000),
          Destination: { Arn: busArn },
        }),
      );
      expect(await queue.receive(1)).toEqual([
        expect.objectContaining({ 'detail-type': 'Kept', detail: { n: 1 }, 'replay-name': ReplayName }),
      ]);
      await eventually(async () =>
        expect(await client.send(new DescribeReplayCommand({ ReplayName }))).toMatchObject({ State: 'COMPLETED' }),
      );
    });
};
