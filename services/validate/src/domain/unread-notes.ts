import type { LandedFile, UnreadMetadata } from '@catalog-sync/shared/records/ingest.ts';

const SAYS: Readonly<Record<UnreadMetadata, string>> = {
  sequence: 'no instant (ISO 8601 or epoch milliseconds): the file counts as of when it landed',
  part: 'no part (k/n, k from 1 to n): the file is not taken for a whole feed and deletes nothing',
  rows: 'no row count (digits alone): the file is not taken for a whole feed and deletes nothing',
};

/** Sentences for people about metadata that nobody can read. */
export const unreadNotes = (files: readonly LandedFile[]): string[] =>
  files.flatMap(({ key, unread = [] }) => unread.map((name) => `${key}: its metadata "${name}" is ${SAYS[name]}`));
