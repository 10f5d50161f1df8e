import * as t from 'io-ts';
import { defineEvent } from './define.ts';

export const FilesLanded = defineEvent({
  name: 'FilesLanded',
  speaker: 'ingest',
  version: 1,
  sentence: 'A sync was opened over the files that had landed.',
  data: t.strict({ files: t.number }),
  example: { files: 3 },
});
