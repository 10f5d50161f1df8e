import * as t from 'io-ts';
import { defineEvent } from './define.ts';

export const PlanDiscarded = defineEvent({
  name: 'PlanDiscarded',
  speaker: 'console',
  version: 1,
  sentence: 'A person discarded a held plan.',
  data: t.strict({ hash: t.string }),
  example: { hash: '7be1' },
});
