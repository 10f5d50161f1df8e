/** A person's own writes: each one conditional, in a record that a service owns, and about one field of it. */
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import type { Table, TableRecord } from '@catalog-sync/shared/ports/table.ts';
import { catalogKey } from '@catalog-sync/shared/records/ingest.ts';
import { breakerKey } from '@catalog-sync/shared/records/publish.ts';

type Content = Readonly<Record<string, unknown>>;

/**
 * Writes what `next` makes of the record as it is, and again as long as somebody else is faster. Fields that only its
 * owner knows stay. `next` says undefined when there is nothing to change; then nothing is written, and this is false.
 */
const change = async (
  table: Table,
  { pk, sk }: { pk: string; sk: string },
  next: (record: TableRecord | undefined) => Content | undefined,
): Promise<boolean> => {
  for (;;) {
    const found = await table.get(pk, sk);
    const content = next(found);
    if (content === undefined) return false;
    if (await table.write([{ kind: 'put', rev: found?.rev ?? 0, record: { ...content, pk, sk } }])) return true;
  }
};

/** A breaker that was never written is closed. */
const CLOSED: Content = { paused: false, rateUntil: 0, auth: null };

export const setPaused = (catalog: CatalogName, paused: boolean, publish: Table): Promise<boolean> =>
  change(publish, breakerKey(catalog), (record: Content = CLOSED) =>
    record.paused === paused ? undefined : { ...record, paused },
  );

/** Whoever starts has perhaps mended what Meta refused: publish looks at the catalog with its next tick, not in minutes. */
export const lookAtOnce = (catalog: CatalogName, publish: Table): Promise<boolean> =>
  change(publish, breakerKey(catalog), (record: Content = CLOSED) =>
    record.auth === null || record.probeAt === 0 ? undefined : { ...record, probeAt: 0 },
  );

const NEW_CATALOG: Content = { active: 0, last: 0, asks: [] };

/** Makes the asks that stand on the catalog's item what `next` makes of them; asks that stay the same are not written. */
export const changeAsks = (
  catalog: CatalogName,
  next: (asks: readonly string[]) => readonly string[],
  ingest: Table,
): Promise<boolean> =>
  change(ingest, catalogKey(catalog), (record: Content = NEW_CATALOG) => {
    const before = record.asks as readonly string[];
    const asks = next(before);
    return asks.length === before.length ? undefined : { ...record, asks };
  });
