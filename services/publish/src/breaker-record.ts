import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import type { Table, Write } from '@catalog-sync/shared/ports/table.ts';
import { breakerKey } from '@catalog-sync/shared/records/publish.ts';
import { type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import { Breaker, CLOSED } from './domain/breaker.ts';

/** A breaker that was never written is closed; one written by `pause` alone lacks what only publish counts. */
export const readBreaker = async (catalog: CatalogName, { table }: { table: Table }): Promise<Read<Breaker>> => {
  const { pk, sk } = breakerKey(catalog);
  return readRecord(Breaker, await table.get(pk, sk)) ?? { value: CLOSED, rev: 0 };
};

export const putBreaker = (catalog: CatalogName, value: Breaker, rev: number): Write => ({
  kind: 'put',
  rev,
  record: { ...breakerKey(catalog), ...value },
});

/** Insists that the breaker is still the one that was read. */
export const sameBreaker = (catalog: CatalogName, rev: number): Write => ({
  kind: 'check',
  ...breakerKey(catalog),
  rev,
});
