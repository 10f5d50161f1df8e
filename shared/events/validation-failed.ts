import * as t from 'io-ts';
import { defineEvent } from './define.ts';

export const ValidationFailed = defineEvent({
  name: 'ValidationFailed',
  speaker: 'validate',
  version: 1,
  sentence: 'No file of the sync can be used and nothing else waits: the rest is skipped.',
  data: t.strict({ key: t.string, files: t.number }),
  example: { key: 'syncs/default/000042/validation-1f0c.json', files: 1 },
});
