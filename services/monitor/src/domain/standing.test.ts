import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import type { Alert } from '@catalog-sync/shared/records/alert.ts';
import { noCarriedRows, noRows, type SyncReport } from '@catalog-sync/shared/records/transform.ts';
import type { Trouble } from './alert-texts.ts';
import { afterSync, type Standing } from './standing.ts';

type Kind = keyof Standing;
const ALL: Kind[] = [
  'validation-failed',
  'file-refused',
  'rows-rejected',
  'items-errored',
  'items-unknown',
  'item-warnings',
];

const report = (some: Partial<SyncReport>): SyncReport => ({
  ...{ id: 'default-000008', catalog: 'default', sync: 8 as SyncNumber, status: 'settled', openedAt: epochMs(0) },
  ...{ files: [], rows: noRows, carriedRows: noCarriedRows, withheld: 0, items: { sent: 0, deleted: 0 }, batches: [] },
  ...{ errors: [], warnings: [] },
  ...some,
});
const file = (outcome: 'archived' | 'refused'): SyncReport['files'][number] => ({
  ...{ key: 'data/a.csv', versionId: 'v', landed: 1, valid: 1, rejected: 0, why: null, reportKey: null },
  outcome,
});
const used = report({ files: [file('archived')] });
const refused = report({ files: [file('refused')] });
const batches = [{ batchId: 'b', handle: 'Ac', items: 1, status: 'accepted' }];

const trouble = (kind: Kind, sameAs: string): Trouble => ({
  sameAs,
  alert: {
    ...{ id: `${kind} of 8`, kind, state: 'open', catalog: 'default', sync: 'default-000008' },
    ...{ subject: '', body: '', at: epochMs(0) },
  },
});
const standing = (...kinds: Kind[]): Standing =>
  Object.fromEntries(kinds.map((kind) => [kind, { id: `${kind} of 7`, sameAs: 'as before' }]));
const ids = (alerts: readonly Alert[]): string[] => alerts.map(({ id }) => id);

describe.each(ALL)('a trouble of the kind %s', (kind) => {
  test('that is new is opened, and stands', () => {
    const after = afterSync({}, used, [trouble(kind, 'x')]);
    expect([ids(after.open), after.clear]).toEqual([[`${kind} of 8`], []]);
    expect(after.standing).toEqual({ [kind]: { id: `${kind} of 8`, sameAs: 'x' } });
  });

  test('that is the very same as before opens nothing', () => {
    const before = standing(kind);
    const after = afterSync(before, used, [trouble(kind, 'as before')]);
    expect(after).toEqual({ standing: before, open: [], clear: [] });
  });

  test('that is another takes the place of the one before', () => {
    const after = afterSync(standing(kind), used, [trouble(kind, 'other')]);
    expect([ids(after.open), after.clear]).toEqual([[`${kind} of 8`], [`${kind} of 7`]]);
    expect(after.standing).toEqual({ [kind]: { id: `${kind} of 8`, sameAs: 'other' } });
  });

  test('is over when a sync uses files and has none', () => {
    expect(afterSync(standing(kind), used, [])).toEqual({ standing: {}, open: [], clear: [`${kind} of 7`] });
  });

  test('is nothing to the other kinds', () => {
    const others = ALL.filter((other) => other !== kind);
    const same = others.map((other) => trouble(other, 'as before'));
    expect(afterSync(standing(...ALL), used, same)).toMatchObject({ open: [], clear: [`${kind} of 7`] });
  });
});

/** A sync without any trouble, and which kinds it shows to be over. */
describe('what is over after a sync', () => {
  const carriedOn = { ...noCarriedRows, taken: 1, carried: 1 };
  test.each<[string, SyncReport, Kind[]]>([
    ['that had no files and sent nothing: nothing', report({}), []],
    ['of carried rows alone: only that nobody knew what became of items', report({ batches }), ['items-unknown']],
    ['whose files were all refused: what files were like', refused, ['validation-failed', 'file-refused']],
    [
      'whose plan was discarded: what files were like',
      { ...refused, status: 'discarded' },
      ['validation-failed', 'file-refused'],
    ],
    [
      'in which something was errored before and is as it was: nothing about items refused or given up',
      report({ files: [file('archived')], rows: { ...noRows, errored: 1 } }),
      ['validation-failed', 'file-refused', 'rows-rejected', 'item-warnings'],
    ],
    [
      'in which a delete was refused before: the same',
      report({ files: [file('archived')], withheld: 1 }),
      ['validation-failed', 'file-refused', 'rows-rejected', 'item-warnings'],
    ],
    [
      'in which a carried row was errored before: the same',
      report({ files: [file('archived')], carriedRows: { ...noCarriedRows, errored: 1 } }),
      ['validation-failed', 'file-refused', 'rows-rejected', 'item-warnings'],
    ],
    [
      'in which a row still waits: all but what became of items that nobody knows of',
      report({ files: [file('archived')], carriedRows: carriedOn }),
      ['validation-failed', 'file-refused', 'rows-rejected', 'items-errored', 'item-warnings'],
    ],
    [
      'in which a newer row waits in its place: the same',
      report({ files: [file('archived')], rows: { ...noRows, carried: 1 } }),
      ['validation-failed', 'file-refused', 'rows-rejected', 'items-errored', 'item-warnings'],
    ],
    ['of files that were used: all', used, ALL],
  ])('%s', (_what, given, over) => {
    const { clear, open, standing: left } = afterSync(standing(...ALL), given, []);
    expect(clear).toEqual(over.map((kind) => `${kind} of 7`));
    expect(Object.keys(left)).toEqual(ALL.filter((kind) => !over.includes(kind)));
    expect(open).toEqual([]);
  });
});
