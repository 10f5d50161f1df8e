import type { SeenToken } from '@catalog-sync/shared/adapters/meta/inspect-token.ts';
import type { SeenCatalog } from '@catalog-sync/shared/adapters/meta/look-at-catalog.ts';
import type { Look } from '@catalog-sync/shared/adapters/meta/read-graph.ts';
import type { EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import type { CatalogView } from '../sync-view.ts';

/** Where Meta is, and what is shown to it. Of the secret no more than whether there is one. */
export interface Place {
  graph: string;
  version: string;
  catalog: string;
  catalogId: string;
  token: 'given' | 'missing' | 'unusable';
  appSecret: boolean;
}

/** What Meta answered. */
export interface Answers {
  /** With the proof, if there is an app secret. */
  catalog: Look<SeenCatalog>;
  /** Once more without the proof, after a refusal that may have been about it. */
  withoutProof: Look<SeenCatalog> | null;
  /** Null: not asked, for Meta did not answer before. */
  token: Look<SeenToken> | null;
}

/** What the sandbox's tables say of sending. */
export type Breaker = Pick<CatalogView, 'paused' | 'rateUntil' | 'auth'>;

/** All that is judged. */
export interface Facts {
  place: Place;
  /** Null: nothing was asked, for the place cannot be right. */
  answers: Answers | null;
  /** Null: no sandbox runs here. */
  breaker: Breaker | null;
  now: EpochMs;
}
