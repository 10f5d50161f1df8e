import * as t from 'io-ts';
import { defineEvent } from './define.ts';

export const FilesArchived = defineEvent({
  name: 'FilesArchived',
  speaker: 'ingest',
  version: 1,
  sentence: 'The files of a settled sync lie in archive/ or refused/.',
  data: t.strict({ archived: t.number, refused: t.number }),
  example: { archived: 3, refused: 0 },
});
