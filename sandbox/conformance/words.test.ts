import { readdirSync } from 'node:fs';
import { PLAN, planOf } from './plan.ts';
import { wordsOf } from './words.ts';

const aws = { AWS_REGION: 'eu-central-1' };

test('it runs on the sandbox unless AWS is asked for, with all services unless some are named', () => {
  const all = PLAN.map(({ service }) => service);
  expect(wordsOf([], {})).toMatchObject({ aws: false, yes: false, clean: false, services: all });
  expect(wordsOf(['--aws', 's3', 'sqs'], aws)).toMatchObject({
    aws: true,
    yes: false,
    services: ['s3', 'sqs'],
    region: 'eu-central-1',
  });
});

test('each service of the plan has a suite to run, and each suite is in the plan', () => {
  const suites = readdirSync(__dirname).flatMap((name) => (name.endsWith('.run.ts') ? [name.slice(0, -7)] : []));
  expect(suites.sort()).toEqual(PLAN.map(({ service }) => service).sort());
});

test.each<[string, string[], Record<string, string>, RegExp]>([
  ['a service that is none', ['s4'], {}, /unknown: s4; the services are s3/],
  ['an option that is none', ['--force'], {}, /--force/],
  ['AWS without a region', ['--aws'], {}, /AWS_REGION is not set/],
  ['AWS in the region that differs', ['--aws'], { AWS_REGION: 'us-east-1' }, /do not fit us-east-1/],
  ['AWS in continuous integration', ['--aws', '--yes'], { ...aws, CI: 'true' }, /continuous integration/],
  ['AWS at another address', ['--aws'], { ...aws, AWS_ENDPOINT_URL_S3: 'http://x' }, /AWS_ENDPOINT_URL_S3 lead/],
  ['cleaning the sandbox', ['--clean'], {}, /add --aws/],
])('%s is refused', (_what, args, env, reason) => {
  expect(() => wordsOf(args, env)).toThrow(reason);
});

test('the plan names what is made, where, and the price', () => {
  const plan = planOf(['s3', 'sns'], 'eu-central-1', 'p-1');
  expect(plan).toMatch(/in eu-central-1, .* p-1\*/);
  expect(plan.split('\n')).toHaveLength(4);
  expect(plan).toMatch(/about 4 US cents/);
});
