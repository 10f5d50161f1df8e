import { behavesAsParameterStore } from '../aws/parameters/parameters.conformance.ts';
import { behavesAsSecretsManager } from '../aws/parameters/secrets.conformance.ts';
import { type Target, targetOfRun } from './target.ts';

const prefix = process.env.CONFORMANCE_PREFIX;
let target: Target;
beforeAll(async () => {
  target = await targetOfRun();
});
afterAll(() => target.close());

describe('Parameter Store', () => behavesAsParameterStore(() => target.clients.ssm, `/${prefix}`));
describe('Secrets Manager', () => behavesAsSecretsManager(() => target.clients.secrets, prefix));
