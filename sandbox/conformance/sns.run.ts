import { behavesAsSns } from '../aws/sns/sns.conformance.ts';
import { makeOpenQueue } from './make.ts';
import { type Target, targetOfRun } from './target.ts';

let target: Target;
let queueArn: string;
beforeAll(async () => {
  target = await targetOfRun();
  queueArn = (await makeOpenQueue(target)).arn;
});
afterAll(() => target.close());

behavesAsSns(() => ({ client: target.clients.sns, queueArn }), process.env.CONFORMANCE_PREFIX);
