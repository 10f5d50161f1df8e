import { validationError } from './aws-error.ts';
import { type Input, optionalNumber, optionalText, structure, text } from './aws-json.ts';
import type { TargetSettings } from './rules.ts';

const KNOWN = new Set([
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'RetryPolicy',
  'DeadLetterConfig',
]);

/** A target as PutTargets has it. Throws for settings that the sandbox would ignore. */
export const targetFromJson = (target: Input): TargetSettings => {
  for (const name of Object.keys(target))
    if (!KNOWN.has(name)) throw validationError(`the sandbox has no targets with ${name}`);
  const input = optionalText(target, 'Input');
  const inputPath = optionalText(target, 'InputPath');
  const settings: TargetSettings = {
    id: text(target, 'Id'),
    arn: text(target, 'Arn'),
    ...(input !== undefined && { input }),
    ...(inputPath !== undefined && { inputPath }),
  };
  if (target.InputTransformer !== undefined) {
    const transformer = structure(target.InputTransformer, 'InputTransformer');
    settings.inputTransformer = {
      inputTemplate: text(transformer, 'InputTemplate'),
      ...(transformer.InputPathsMap !== undefined && {
        inputPathsMap: structure(transformer.InputPathsMap, 'InputPathsMap') as Record<string, string>,
      }),
    };
  }
  if (target.RetryPolicy !== undefined) {
    const policy = structure(target.RetryPolicy, 'RetryPolicy');
    const age = optionalNumber(policy, 'MaximumEventAgeInSeconds');
    const attempts = optionalNumber(policy, 'MaximumRetryAttempts');
    settings.retryPolicy = {
      ...(age !== undefined && { maximumEventAgeInSeconds: age }),
      ...(attempts !== undefined && { maximumRetryAttempts: attempts }),
    };
  }
  if (target.DeadLetterConfig !== undefined)
    settings.deadLetterArn = text(structure(target.DeadLetterConfig, 'DeadLetterConfig'), 'Arn');
  return settings;
};

/** The other way, for ListTargetsByRule. */
export const targetToJson = (settings: TargetSettings): Record<string, unknown> => ({
  Id: settings.id,
  Arn: settings.arn,
  Input: settings.input,
  InputPath: settings.inputPath,
  InputTransformer: settings.inputTransformer && {
    InputPathsMap: settings.inputTransformer.inputPathsMap,
    InputTemplate: settings.inputTransformer.inputTemplate,
  },
  RetryPolicy: settings.retryPolicy && {
    MaximumEventAgeInSeconds: settings.retryPolicy.maximumEventAgeInSeconds,
    MaximumRetryAttempts: settings.retryPolicy.maximumRetryAttempts,
  },
  DeadLetterConfig: settings.deadLetterArn && { Arn: settings.deadLetterArn },
});
