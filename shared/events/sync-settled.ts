import * as t from 'io-ts';
import { defineEvent } from './define.ts';

export const SyncSettled = defineEvent({
  name: 'SyncSettled',
  speaker: 'transform',
  version: 1,
  sentence: 'The state of the catalog moved on to this sync.',
  data: t.strict({ key: t.string }),
  example: { key: 'states/default/000042-77ac.json' },
});
