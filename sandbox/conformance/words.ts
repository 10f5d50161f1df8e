import { parseArgs } from 'node:util';
import { PLAN } from './plan.ts';

export interface Words {
  readonly aws: boolean;
  readonly yes: boolean;
  /** Removes what earlier runs left, and runs nothing. */
  readonly clean: boolean;
  /** Also fills and replays an archive; on AWS that takes a quarter of an hour more. */
  readonly archives: boolean;
  readonly services: readonly string[];
  readonly region: string;
}

/** S3 answers CreateBucket and GetBucketLocation there as it did in 2006. */
const OLD_REGION = 'us-east-1';

/** What was asked for on the command line. Throws what is wrong with it, with what to do. */
export const wordsOf = (args: readonly string[], env: NodeJS.ProcessEnv): Words => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      aws: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      clean: { type: 'boolean', default: false },
      archives: { type: 'boolean', default: false },
    },
  });
  const known = PLAN.map(({ service }) => service);
  const unknown = positionals.filter((service) => !known.includes(service));
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}; the services are ${known.join(', ')}`);
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? '';
  if (values.aws) {
    if (env.CI !== undefined) throw new Error('the suites do not run on AWS in continuous integration');
    if (region === '') throw new Error('AWS_REGION is not set: set it to the region to try');
    if (region === OLD_REGION) throw new Error(`the suites do not fit ${OLD_REGION}: set AWS_REGION to another region`);
    const redirected = Object.keys(env).filter((name) => name.startsWith('AWS_ENDPOINT_URL') && env[name] !== '');
    if (redirected.length > 0) throw new Error(`${redirected.join(', ')} lead elsewhere than to AWS: unset them`);
  } else if (values.clean) throw new Error('--clean is for AWS: add --aws. The sandbox leaves nothing');
  return { ...values, services: positionals.length === 0 ? known : positionals, region };
};
