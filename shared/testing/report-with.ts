import { epochMs } from '../catalog/instant.ts';
import type { SyncNumber } from '../catalog/sync.ts';
import { noCarriedRows, noRows, type SyncReport } from '../records/transform.ts';

/** The report of a sync in which nothing happened but this. */
export const reportWith = (some: Partial<SyncReport>): SyncReport => ({
  id: 'default-000001',
  catalog: 'default',
  sync: 1 as SyncNumber,
  status: 'settled',
  openedAt: epochMs(0),
  files: [],
  rows: noRows,
  carriedRows: noCarriedRows,
  withheld: 0,
  troubled: { refused: 0, unknown: 0 },
  items: { sent: 0, deleted: 0 },
  batches: [],
  errors: [],
  warnings: [],
  misdescribed: [],
  ...some,
});
