/** All events, in the order in which they happen. */

import { BatchSent } from './batch-sent.ts';
import { BatchValidated } from './batch-validated.ts';
import { BatchesSettled } from './batches-settled.ts';
import type { EventDefinition } from './define.ts';
import { FileIgnored } from './file-ignored.ts';
import { FilesArchived } from './files-archived.ts';
import { FilesLanded } from './files-landed.ts';
import { HandleErrored } from './handle-errored.ts';
import { HandleFinished } from './handle-finished.ts';
import { PlanApproved } from './plan-approved.ts';
import { PlanDiscarded } from './plan-discarded.ts';
import { PlanHeld } from './plan-held.ts';
import { ProductsTransformed } from './products-transformed.ts';
import { SyncRequested } from './sync-requested.ts';
import { SyncSettled } from './sync-settled.ts';
import { ValidationFailed } from './validation-failed.ts';

export {
  BatchesSettled,
  BatchSent,
  BatchValidated,
  FileIgnored,
  FilesArchived,
  FilesLanded,
  HandleErrored,
  HandleFinished,
  PlanApproved,
  PlanDiscarded,
  PlanHeld,
  ProductsTransformed,
  SyncRequested,
  SyncSettled,
  ValidationFailed,
};

export const allEvents: readonly EventDefinition[] = [
  FileIgnored,
  SyncRequested,
  FilesLanded,
  BatchValidated,
  ValidationFailed,
  ProductsTransformed,
  PlanHeld,
  PlanApproved,
  PlanDiscarded,
  BatchSent,
  HandleFinished,
  HandleErrored,
  BatchesSettled,
  SyncSettled,
  FilesArchived,
] as readonly EventDefinition[];
