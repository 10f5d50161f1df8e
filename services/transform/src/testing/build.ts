/** Short words for what transform's tests talk of. */
import { epochMs, HOUR } from '@catalog-sync/shared/catalog/instant.ts';
import type { ItemData } from '@catalog-sync/shared/catalog/item.ts';
import { type FileOrder, type RowOrder, rowOrder } from '@catalog-sync/shared/catalog/order.ts';
import type { ItemError, LeafOutcome } from '@catalog-sync/shared/records/publish.ts';
import type { BatchEntry, Carried, Entry } from '@catalog-sync/shared/records/transform.ts';
import { type CatalogSettings, readSettings } from '@catalog-sync/shared/settings.ts';
import { fingerprintOf } from '../domain/fingerprint.ts';
import type { Candidate, FileRow, Whole } from '../domain/fold.ts';
import { type Known, nothingKnown } from '../domain/known.ts';
import type { SettledBatch } from '../domain/settle.ts';

export const OPENED = epochMs(Date.UTC(2026, 10, 23, 12));
export const G = HOUR;

/** A file by its place in time: 1 is older than 2. */
export const file = (n: number): FileOrder => ({ instant: epochMs(n), key: 'data/a.csv', age: 0 });
export const at = (n: number, row = 1): RowOrder => rowOrder(file(n), row);

export const data = (id: string, price = '10.00 EUR', more: Partial<Record<string, string>> = {}): ItemData =>
  ({ id, price, availability: 'in stock', ...more }) as ItemData;
export const row = (id: string, n: number, price?: string, line = 1): FileRow => ({
  order: at(n, line),
  data: data(id, price),
});
export const whole = (n: number, ...ids: string[]): Whole => ({ order: file(n), ids: new Set(ids) });

/** What Meta holds of a product since file `n`. */
export const entry = (id: string, n: number, more: Partial<Entry> & { content?: ItemData } = {}): Entry => {
  const { content = data(id), ...rest } = more;
  return {
    fingerprint: fingerprintOf('UPDATE', content),
    outcome: 'accepted',
    order: at(n),
    times: 0,
    erroredAt: null,
    price: String(content.price),
    availability: String(content.availability),
    where: { batchKey: 'batches/old.json', index: 0 },
    ...rest,
  };
};
export const carried = (id: string, n: number, more: Partial<Carried> = {}): Carried => ({
  op: 'UPDATE',
  order: at(n),
  data: more.op === 'DELETE' ? ({ id } as ItemData) : data(id),
  notBefore: epochMs(0),
  gated: true,
  asked: false,
  syncs: 1,
  ...more,
});
export const known = (parts: {
  entries?: Record<string, Entry>;
  carried?: Record<string, Carried>;
  embargoes?: Record<string, number>;
  floor?: FileOrder;
}): Known => ({
  ...nothingKnown,
  entries: new Map(Object.entries(parts.entries ?? {})),
  carried: new Map(Object.entries(parts.carried ?? {})),
  embargoes: new Map(Object.entries(parts.embargoes ?? {}).map(([id, until]) => [id, epochMs(until)])),
  floor: parts.floor ?? null,
});

export const candidate = (id: string, more: Partial<Candidate> = {}): Candidate => {
  const { op = 'UPDATE', data: content = data(id) } = more;
  return {
    id,
    op,
    order: at(2),
    data: content,
    fingerprint: fingerprintOf(op, content),
    from: 'file',
    gated: false,
    asked: false,
    syncs: 0,
    ...more,
  };
};

export const settings = (more: object = {}): CatalogSettings =>
  readSettings({ default: { metaCatalogId: '1', ...more } }).default!;

export const batchEntry = (id: string, more: Partial<BatchEntry> = {}): BatchEntry => ({
  id,
  op: 'UPDATE',
  order: at(2),
  fingerprint: fingerprintOf(more.op ?? 'UPDATE', data(id)),
  price: '10.00 EUR',
  availability: 'in stock',
  asked: false,
  wasCarried: false,
  syncs: 0,
  ...more,
});
export const itemError = (id: string): ItemError => ({
  id,
  stage: 'verdict',
  code: '100',
  message: 'Invalid image link.',
  remedy: 'Mend the link.',
});
/** A leaf with its entries; `errored` names items. */
export const settledBatch = (
  entries: BatchEntry[],
  { errored = [], ...more }: Partial<Omit<LeafOutcome, 'errored'>> & { errored?: string[] } = {},
): SettledBatch => ({
  leaf: {
    batchId: 'default-000002-aa',
    handle: 'h1',
    status: 'accepted',
    bodyKey: 'batches/new.json',
    entriesKey: 'batches/new.entries.ndjson',
    items: entries.length,
    amb: epochMs(0),
    errored: errored.map(itemError),
    ...more,
  },
  entries,
  data: (place) => data(entries[place]!.id),
});
