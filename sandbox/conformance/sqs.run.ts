import { sqsConformance } from '../aws/sqs/sqs.conformance.ts';
import { makeQueue } from './make.ts';
import { type Target, targetOfRun } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await targetOfRun();
});
afterAll(() => target.close());

sqsConformance(async () => ({
  client: target.clients.sqs,
  pollSeconds: target.pollSeconds,
  makeQueue: (attributes) => makeQueue(target, attributes),
  pass: target.pass,
}));
