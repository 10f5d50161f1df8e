import type { LandedFile } from '@catalog-sync/shared/records/ingest.ts';
import { unreadNotes } from './unread-notes.ts';

const file = (key: string, more: Partial<LandedFile>) => ({ key, ...more }) as LandedFile;

test('metadata that nobody can read is told of, with what becomes of the file', () => {
  expect(unreadNotes([file('data/a.csv', {}), file('data/b.csv', { unread: ['sequence', 'part'] })])).toEqual([
    'data/b.csv: its metadata "sequence" is no instant (ISO 8601 or epoch milliseconds): the file counts as of when it landed',
    'data/b.csv: its metadata "part" is no part (k/n, k from 1 to n): the file is not taken for a whole feed and deletes nothing',
  ]);
});
