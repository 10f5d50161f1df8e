import * as t from 'io-ts';
import { defineEvent } from './define.ts';

export const SyncRequested = defineEvent({
  name: 'SyncRequested',
  speaker: 'console',
  version: 1,
  sentence: 'Somebody asked for a sync: open one if files, asks or carried rows wait.',
  data: t.strict({ by: t.string }),
  example: { by: 'console' },
});
