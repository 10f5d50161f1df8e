import { orNull } from '@catalog-sync/shared/records/record.ts';
import { TableAt } from '@catalog-sync/shared/records/validate.ts';
import { allCodes, type Code } from '@catalog-sync/shared/rows/codes.ts';
import * as t from 'io-ts';
import { StoredMark } from './record.ts';

const codes: ReadonlySet<unknown> = new Set(allCodes);
const StoredCode: t.Type<Code> = new t.Type<Code>(
  'Code',
  (given): given is Code => codes.has(given),
  (given, context) => (StoredCode.is(given) ? t.success(given) : t.failure(given, context)),
  t.identity,
);

const StoredFinding = t.intersection(
  [
    t.type({
      line: t.number,
      row: orNull(t.number),
      column: orNull(t.string),
      code: StoredCode,
      severity: t.keyof({ error: null, warning: null }),
      message: t.string,
      remedy: t.string,
    }),
    t.partial({ retailerId: orNull(t.string) }),
  ],
  'Finding',
);

/** What came of one shard, in an object of the work bucket. Lines and rows count from where it begins. */
export const ShardResult = t.strict(
  {
    /** `PieceSummary` of shared/rows/shards.ts. */
    summary: t.strict({
      rows: t.number,
      valid: t.number,
      rejected: t.number,
      unreadableIds: t.number,
      findings: t.array(StoredFinding),
      refused: orNull(StoredFinding),
      badHeader: t.boolean,
      columns: t.array(t.string),
      begin: StoredMark,
      end: StoredMark,
      lines: t.number,
      cut: t.boolean,
      finalNewline: t.boolean,
    }),
    /** Of its rows, as many as a report holds; and how many there were of each code. */
    findings: t.array(StoredFinding),
    counts: t.record(t.string, t.number),
    parts: t.array(t.strict({ file: t.number, key: t.string, tables: t.array(TableAt), itemsKeys: t.array(t.string) })),
  },
  'ShardResult',
);
export type ShardResult = t.TypeOf<typeof ShardResult>;
