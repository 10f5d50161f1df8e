import { s3Conformance } from '../aws/s3/s3.conformance.ts';
import { makeBucket } from './make.ts';
import { type Target, targetOfRun } from './target.ts';

const prefix = process.env.CONFORMANCE_PREFIX ?? '';
const region = process.env.CONFORMANCE_AWS_REGION ?? 'eu-central-1';
let target: Target;
beforeAll(async () => {
  target = await targetOfRun();
});
afterAll(() => target.close());

s3Conformance({
  client: () => target.clients.s3,
  region,
  absentBucket: `${prefix}-absent`,
  makeBucket: (versioning) => makeBucket(target, versioning),
});
