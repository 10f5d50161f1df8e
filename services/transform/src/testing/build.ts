/** Short words for what transform's tests talk of. */
import { type Carried, type Content, DELETED, type Entry } from '@catalog-sync/shared/baseline/content.ts';
import { hashKey } from '@catalog-sync/shared/baseline/id-hash.ts';
import { epochMs, HOUR } from '@catalog-sync/shared/catalog/instant.ts';
import type { ItemData } from '@catalog-sync/shared/catalog/item.ts';
import { type FileOrder, type RowOrder, rowOrder } from '@catalog-sync/shared/catalog/order.ts';
import type { ItemError, LeafOutcome } from '@catalog-sync/shared/records/publish.ts';
import type { BatchEntry } from '@catalog-sync/shared/records/transform.ts';
import { type CatalogSettings, readSettings } from '@catalog-sync/shared/settings.ts';
import type { Candidate } from '../domain/fold.ts';
import type { SettledBatch } from '../domain/settle.ts';
import { contentOf, itemOf } from './items.ts';

export const OPENED = epochMs(Date.UTC(2026, 10, 23, 12));
export const G = HOUR;

/** A file by its place in time: 1 is older than 2. */
export const file = (n: number): FileOrder => ({ instant: epochMs(n), key: 'data/a.csv', age: 0 });
export const at = (n: number, row = 1): RowOrder => rowOrder(file(n), row);

export const data = (id: string, price = '10.00 EUR', more: Partial<Record<string, string>> = {}): ItemData =>
  ({ id, price, availability: 'in stock', ...more }) as ItemData;

/** Where tests keep an item that is in no file of theirs. */
export const itemKeyOf = (content: ItemData): string => `items/${hashKey(itemOf(content).toString())}.ndjson`;
export const content = (of: ItemData): Content => contentOf(of, { key: itemKeyOf(of), start: 0 });

/** What Meta holds of a product since file `n`. */
export const entry = (id: string, n: number, more: Partial<Entry> & { data?: ItemData } = {}): Entry => {
  const { data: sent = data(id), ...rest } = more;
  const { fingerprint, price, availability } = content(sent);
  const { sentAt = epochMs(0) } = rest;
  return {
    fingerprint,
    outcome: 'accepted',
    order: at(n),
    times: 0,
    sentAt,
    price,
    availability,
    // What went out in one batch went out at one moment.
    where: { batchKey: `batches/${sentAt}.json`, index: 0 },
    ...rest,
  };
};
export const carried = (id: string, n: number, more: Partial<Carried> & { data?: ItemData } = {}): Carried => {
  const { data: waits = data(id), ...rest } = more;
  return {
    op: 'UPDATE',
    order: at(n),
    content: rest.op === 'DELETE' ? DELETED : content(waits),
    notBefore: epochMs(0),
    gated: true,
    asked: false,
    syncs: 1,
    ...rest,
  };
};

export const candidate = (id: string, more: Partial<Candidate> & { data?: ItemData } = {}): Candidate => {
  const { data: wanted = data(id), ...rest } = more;
  return {
    key: hashKey(id),
    id,
    op: 'UPDATE',
    order: at(2),
    content: rest.op === 'DELETE' ? DELETED : content(wanted),
    entry: undefined,
    from: 'file',
    gated: false,
    asked: false,
    syncs: 0,
    ...rest,
  };
};

export const settings = (more: object = {}): CatalogSettings =>
  readSettings({ default: { metaCatalogId: '1', ...more } }).default!;

export const batchEntry = (id: string, more: Partial<BatchEntry> = {}): BatchEntry => ({
  id,
  op: 'UPDATE',
  order: at(2),
  fingerprint: (more.op === 'DELETE' ? DELETED : content(data(id))).fingerprint,
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
  entries: readonly BatchEntry[],
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
  items: entries.map((one, place) => ({ key: hashKey(one.id), entry: one, place })),
  content: (place) => content(data(entries[place]!.id)),
});
