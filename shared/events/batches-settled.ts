import * as t from 'io-ts';
import { defineEvent } from './define.ts';

export const BatchesSettled = defineEvent({
  name: 'BatchesSettled',
  speaker: 'publish',
  version: 1,
  sentence: 'Each batch of a sync has its outcome; they will not change any more.',
  data: t.strict({ key: t.string }),
  example: { key: 'syncs/default/000042/outcomes-09ab.json' },
});
