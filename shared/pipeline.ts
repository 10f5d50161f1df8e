/** Who hears what and says what, in the order of the flow. Lists of services elsewhere are made from or checked against this. */
import type { EventDefinition, Speaker } from './events/define.ts';
import {
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
} from './events/index.ts';

export interface Stage {
  service: Exclude<Speaker, 'console'>;
  /** Domain events of the project's own bus; `all` for the one that watches everything. */
  hears: readonly EventDefinition[] | 'all';
  /** What it hears on the account's default bus. */
  hearsOutside: readonly string[];
  says: readonly EventDefinition[];
  does: string;
}

const events = (...all: { name: string }[]): EventDefinition[] => all as EventDefinition[];

export const pipeline: readonly Stage[] = [
  {
    service: 'ingest',
    hears: events(SyncRequested, SyncSettled),
    hearsOutside: ['S3 `Object Created` below `data/`', 'each minute', 'each hour'],
    says: events(FilesLanded, FilesArchived, FileIgnored),
    does: 'notes what lands, opens one sync at a time over all of it, in the end archives or refuses the files',
  },
  {
    service: 'validate',
    hears: events(FilesLanded),
    hearsOutside: ['each minute'],
    says: events(BatchValidated, ValidationFailed),
    does: 'checks each file, judges every row, sets bad rows aside with reasons',
  },
  {
    service: 'transform',
    hears: events(BatchValidated, ValidationFailed, PlanApproved, PlanDiscarded, BatchesSettled),
    hearsOutside: ['each minute'],
    says: events(ProductsTransformed, PlanHeld, SyncSettled),
    does: 'merges rows into items, compares with the baseline, plans, writes batches; in the end moves the baseline on',
  },
  {
    service: 'publish',
    hears: events(ProductsTransformed, HandleFinished, HandleErrored),
    hearsOutside: ['each minute'],
    says: events(BatchSent, BatchesSettled),
    does: 'sends batches to Meta within its quota, keeps what was sent, gives each item its verdict',
  },
  {
    service: 'monitor',
    hears: 'all',
    hearsOutside: ['each minute'],
    says: events(HandleFinished, HandleErrored),
    does: 'asks Meta about handles until they end, raises and clears alerts',
  },
];

/** What people say, at the command line. */
export const consoleSays = events(SyncRequested, PlanApproved, PlanDiscarded);
