import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { Alert } from '@catalog-sync/shared/records/alert.ts';
import type { SyncReport } from '@catalog-sync/shared/records/transform.ts';
import { reportWith } from '@catalog-sync/shared/testing/report-with.ts';
import type { Trouble } from './alert-texts.ts';
import { afterSync, type Standing } from './standing.ts';

type Kind = keyof Standing;
const ALL: Kind[] = [
  'validation-failed',
  'file-refused',
  'file-misdescribed',
  'rows-rejected',
  'items-errored',
  'items-unknown',
  'item-warnings',
];

const report = (some: Partial<SyncReport>): SyncReport => reportWith({ id: 'default-000008', ...some });
const file = (outcome: 'archived' | 'refused'): SyncReport['files'][number] => ({
  ...{ key: 'data/a.csv', versionId: 'v', landed: 1, valid: 1, rejected: 0, why: null, reportKey: null },
  outcome,
});
const used = report({ files: [file('archived')] });
const refused = report({ files: [file('refused')] });

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
  const ofFiles: Kind[] = ['validation-failed', 'file-refused', 'file-misdescribed', 'rows-rejected', 'item-warnings'];
  const refusedOnly: Kind[] = ['validation-failed', 'file-refused'];
  test.each<[string, SyncReport, Kind[]]>([
    [
      'that had no files and leaves no item in trouble: what became of items',
      report({}),
      ['items-errored', 'items-unknown'],
    ],
    ['that has not moved the state: nothing of items', report({ troubled: null }), []],
    ['whose files were all refused: what files were like', { ...refused, troubled: null }, refusedOnly],
    ['whose plan was discarded: the same', { ...refused, status: 'discarded', troubled: null }, refusedOnly],
    [
      'of other products than those that Meta refused: all but that',
      { ...used, troubled: { refused: 1, unknown: 0 } },
      [...ofFiles, 'items-unknown'],
    ],
    [
      'of other products than those of which nobody knows: all but that',
      { ...used, troubled: { refused: 0, unknown: 1 } },
      [...ofFiles, 'items-errored'],
    ],
    ['of files that were used, with no item in trouble: all', used, ALL],
  ])('%s', (_what, given, over) => {
    const { clear, open, standing: left } = afterSync(standing(...ALL), given, []);
    expect(new Set(clear)).toEqual(new Set(over.map((kind) => `${kind} of 7`)));
    expect(Object.keys(left)).toEqual(ALL.filter((kind) => !over.includes(kind)));
    expect(open).toEqual([]);
  });
});
