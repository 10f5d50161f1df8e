import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import type { Table, Write } from '@catalog-sync/shared/ports/table.ts';
import { BreakerRecord, breakerKey } from '@catalog-sync/shared/records/publish.ts';
import { type Read, readRecord } from '@catalog-sync/shared/records/record.ts';
import { type Breaker, CLOSED } from './domain/breaker.ts';

const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** A breaker that was never written is closed; one written by `pause` alone lacks what only publish counts. */
export const readBreaker = async (catalog: CatalogName, { table }: { table: Table }): Promise<Read<Breaker>> => {
  const { pk, sk } = breakerKey(catalog);
  const record = await table.get(pk, sk);
  const read = readRecord(BreakerRecord, record);
  if (record === undefined || read === undefined) return { value: CLOSED, rev: 0 };
  const { setbacks, refusals, probeAt } = record;
  const value = {
    ...read.value,
    setbacks: count(setbacks),
    refusals: count(refusals),
    probeAt: count(probeAt) as Breaker['probeAt'],
  };
  return { value, rev: read.rev };
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
