import * as t from 'io-ts';
import { defineEvent } from './define.ts';

export const PlanHeld = defineEvent({
  name: 'PlanHeld',
  speaker: 'transform',
  version: 1,
  sentence: 'A plan would change more than the limits allow: a person decides.',
  data: t.strict({ key: t.string, risks: t.array(t.string) }),
  example: { key: 'syncs/default/000042/plan-7be1.json', risks: ['deletes'] },
});
