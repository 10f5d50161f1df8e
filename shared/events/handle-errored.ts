import * as t from 'io-ts';
import { Handle } from '../catalog/handle.ts';
import { HandleEnd } from '../records/handle.ts';
import { defineEvent } from './define.ts';

export const HandleErrored = defineEvent({
  name: 'HandleErrored',
  speaker: 'monitor',
  version: 1,
  sentence: 'A handle ended without a verdict: Meta called it error or canceled, lost it, or never finished.',
  data: t.strict({ batchId: t.string, handle: Handle, why: HandleEnd }),
  example: { batchId: 'default-000042-5d41402abc4b', handle: 'AcxT9' as Handle, why: 'stuck' },
});
