import * as t from 'io-ts';
import { Handle } from '../catalog/handle.ts';
import { defineEvent } from './define.ts';

export const BatchSent = defineEvent({
  name: 'BatchSent',
  speaker: 'publish',
  version: 1,
  sentence: 'Meta took a batch in and answered with a handle to ask about it later.',
  data: t.strict({ batchId: t.string, handle: Handle, items: t.number }),
  example: { batchId: 'default-000042-5d41402abc4b', handle: 'AcxT9' as Handle, items: 3000 },
});
