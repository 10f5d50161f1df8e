import * as t from 'io-ts';
import { defineEvent } from './define.ts';

export const PlanApproved = defineEvent({
  name: 'PlanApproved',
  speaker: 'console',
  version: 1,
  sentence: 'A person approved a held plan.',
  data: t.strict({ hash: t.string }),
  example: { hash: '7be1' },
});
