import * as t from 'io-ts';
import { defineEvent } from './define.ts';

export const BatchValidated = defineEvent({
  name: 'BatchValidated',
  speaker: 'validate',
  version: 1,
  sentence: 'The files of a sync were read and judged; there is something to go on with.',
  data: t.strict({ key: t.string, landed: t.number, valid: t.number, rejected: t.number }),
  example: { key: 'syncs/default/000042/validation-1f0c.json', landed: 1000, valid: 998, rejected: 2 },
});
