/** `node scripts/package.ts [--stage sandbox]`: builds all that a stage is deployed, or run, from. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBundles } from './packaging/bundles.ts';
import { oneAtATime } from './packaging/lock.ts';
import { allStacks, BUILD, type Stack } from './packaging/stacks.ts';
import { buildTemplates, templatePath } from './packaging/templates.ts';

export interface PackagedStack extends Stack {
  /** The CloudFormation template as it would be deployed, absolute. */
  templatePath: string;
}

/**
 * Builds the functions' zips and the stacks' templates for one stage, offline and without credentials, and only what is
 * out of date. Stacks come in the order of the flow. Throws an error that says which part failed and why.
 */
export const packageAll = ({
  stage,
  log,
}: {
  stage: string;
  log: (line: string) => void;
}): Promise<{ changed: boolean; stacks: PackagedStack[] }> =>
  // osls works in a folder of each stack, whatever the stage.
  oneAtATime(join(BUILD, 'lock'), async () => {
    const stacks = allStacks();
    const bundled = await buildBundles(stacks, log);
    const packaged = await buildTemplates(stage, stacks, log);
    return {
      changed: bundled || packaged,
      stacks: stacks.map((stack) => ({ ...stack, templatePath: templatePath(stage, stack) })),
    };
  });

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { stage: { type: 'string', default: 'dev' } } });
  const { changed } = await packageAll({ stage: values.stage, log: console.error });
  console.error(changed ? `packaged for ${values.stage}` : `nothing has changed: packaged for ${values.stage} before`);
};

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
