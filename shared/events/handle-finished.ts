import * as t from 'io-ts';
import { Handle } from '../catalog/handle.ts';
import { defineEvent } from './define.ts';

export const HandleFinished = defineEvent({
  name: 'HandleFinished',
  speaker: 'monitor',
  version: 1,
  sentence: 'Meta is done with a batch; items that it refused are named in the verdict.',
  data: t.strict({ batchId: t.string, handle: Handle, errors: t.number }),
  example: { batchId: 'default-000042-5d41402abc4b', handle: 'AcxT9' as Handle, errors: 1 },
});
