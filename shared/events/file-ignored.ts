import * as t from 'io-ts';
import { defineEvent } from './define.ts';

export const FileIgnored = defineEvent({
  name: 'FileIgnored',
  speaker: 'ingest',
  version: 1,
  sentence: 'Something landed that is no product file: it is left alone, and reported once.',
  data: t.strict({ key: t.string }),
  example: { key: 'data/products.xlsx' },
});
