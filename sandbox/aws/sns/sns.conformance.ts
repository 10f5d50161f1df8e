import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';

/**
 * What callers may rely on of SNS, seen through its client alone. `queueArn` is a queue that the topic may write to,
 * `name` the name of the topic that is made.
 */
export const behavesAsSns = (started: () => { client: SNSClient; queueArn: string }, name = 'conformance'): void => {
  const topic = async (): Promise<string> =>
    (await started().client.send(new CreateTopicCommand({ Name: name }))).TopicArn as string;

  test('a topic is made once, and listed', async () => {
    const { client } = started();
    const arn = await topic();
    expect(arn).toMatch(new RegExp(`^arn:aws:sns:[a-z0-9-]+:\\d{12}:${name}$`));
    expect(await topic()).toBe(arn);
    const { Topics = [] } = await client.send(new ListTopicsCommand({}));
    expect(Topics.filter(({ TopicArn }) => TopicArn === arn)).toHaveLength(1);
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: arn }));
    expect(Attributes).toMatchObject({ TopicArn: arn, Owner: arn.split(':')[4] });
  });

  test('a queue subscribes once, and can leave', async () => {
    const { client, queueArn } = started();
    const TopicArn = await topic();
    const wanted = { TopicArn, Protocol: 'sqs', Endpoint: queueArn, ReturnSubscriptionArn: true };
    const { SubscriptionArn } = await client.send(new SubscribeCommand(wanted));
    expect((await client.send(new SubscribeCommand(wanted))).SubscriptionArn).toBe(SubscriptionArn);
    const listed = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(listed.Subscriptions).toEqual([
      { SubscriptionArn, TopicArn, Protocol: 'sqs', Endpoint: queueArn, Owner: TopicArn.split(':')[4] },
    ]);
    const policy = { SubscriptionArn, AttributeName: 'FilterPolicy', AttributeValue: '{"kind":["held"]}' };
    await client.send(new SetSubscriptionAttributesCommand(policy));
    await expect(
      client.send(new SetSubscriptionAttributesCommand({ ...policy, AttributeValue: '{"kind":"held"}' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await client.send(new UnsubscribeCommand({ SubscriptionArn }));
    expect((await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).Subscriptions ?? []).toEqual([]);
  });

  test('a message gets an id', async () => {
    const publish = new PublishCommand({
      TopicArn: await topic(),
      Subject: 'subject',
      Message: 'a & b <c> "d" é',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'held' } },
    });
    expect((await started().client.send(publish)).MessageId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a message of several texts gets an id', async () => {
    const Message = JSON.stringify({ default: '{}', email: 'text' });
    const publish = new PublishCommand({ TopicArn: await topic(), Message, MessageStructure: 'json' });
    expect((await started().client.send(publish)).MessageId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('messages of a batch are judged one by one', async () => {
    const { client } = started();
    const PublishBatchRequestEntries = [
      { Id: 'a', Message: 'a' },
      { Id: 'b', Message: 'b', Subject: 'line\nbreak' },
    ];
    const answer = await client.send(new PublishBatchCommand({ TopicArn: await topic(), PublishBatchRequestEntries }));
    expect(answer.Successful?.map(({ Id }) => Id)).toEqual(['a']);
    expect(answer.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameter', SenderFault: true }]);
  });

  test.each<[string, string[], string]>([
    ['no', [], 'EmptyBatchRequestException'],
    ['eleven', 'abcdefghijk'.split(''), 'TooManyEntriesInBatchRequestException'],
    ['two equal', ['a', 'a'], 'BatchEntryIdsNotDistinctException'],
  ])('a batch of %s entries is refused', async (_what, ids, error) => {
    const PublishBatchRequestEntries = ids.map((Id) => ({ Id, Message: 'm' }));
    const publish = new PublishBatchCommand({ TopicArn: await topic(), PublishBatchRequestEntries });
    await expect(started().client.send(publish)).rejects.toMatchObject({ name: error });
  });

  test.each([
    ['without text', { Message: '' }],
    ['that is too long', { Message: 'x'.repeat(262_145) }],
    ['of several texts without a default', { Message: '{"email":"m"}', MessageStructure: 'json' }],
    ['of several texts that is no JSON', { Message: 'm', MessageStructure: 'json' }],
    ['with a long subject', { Message: 'm', Subject: 'x'.repeat(101) }],
    ['with a subject that is not ASCII', { Message: 'm', Subject: 'é' }],
    [
      'with a number that is none',
      { Message: 'm', MessageAttributes: { n: { DataType: 'Number', StringValue: 'x' } } },
    ],
  ])('a message %s is refused', async (_what, message) => {
    const publish = new PublishCommand({ TopicArn: await topic(), ...message });
    await expect(started().client.send(publish)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('a topic that is not there is not found', async () => {
    const TopicArn = (await topic()).replace(/[^:]+$/, 'no-such-topic');
    await expect(started().client.send(new PublishCommand({ TopicArn, Message: 'm' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
};
