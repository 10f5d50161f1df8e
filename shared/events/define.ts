import type * as t from 'io-ts';
import type { EpochMs } from '../catalog/instant.ts';
import { type CatalogName, type SyncRef, syncId } from '../catalog/sync.ts';
import { hashOf } from '../hash.ts';
import { DetailOf } from './envelope.ts';

export type Speaker = 'console' | 'ingest' | 'validate' | 'transform' | 'publish' | 'monitor';

/** The contract of one event: who says it, which version, what it carries, an example, one sentence. */
export interface EventDefinition<Name extends string = string, Data = unknown> {
  readonly name: Name;
  readonly speaker: Speaker;
  readonly version: number;
  readonly sentence: string;
  readonly data: t.Type<Data, unknown>;
  readonly example: Data;
  /** The whole detail: envelope and data. */
  readonly detail: t.Type<EventDetail<Data>, unknown>;
}

export type EventDetail<Data> = t.TypeOf<ReturnType<typeof DetailOf<t.Type<Data>>>>;

export const defineEvent = <Name extends string, C extends t.Mixed>(definition: {
  name: Name;
  speaker: Speaker;
  version: number;
  sentence: string;
  data: C;
  example: t.TypeOf<C>;
}): EventDefinition<Name, t.TypeOf<C>> => ({
  ...definition,
  detail: DetailOf(definition.version, definition.data) as unknown as t.Type<EventDetail<t.TypeOf<C>>, unknown>,
});

/** An event ready for the bus. */
export interface Said {
  source: string;
  name: string;
  detail: {
    id: string;
    version: number;
    catalog: CatalogName;
    sync: number;
    syncId: string;
    cause: string | null;
    at: EpochMs;
    data: unknown;
  };
}

/** `catalog-sync.ingest`: what rules match on. */
export const sourceOf = (speaker: Speaker): string => `catalog-sync.${speaker}`;

/**
 * Makes an event. Its id comes from what it is about (event, sync, data), so the same word said again has the same id.
 * `cause` is the id of the event that led to it, for people; null when a sweep or a person did.
 */
export const say = <Name extends string, Data>(
  event: EventDefinition<Name, Data>,
  ref: SyncRef,
  data: Data,
  { cause, at }: { cause: string | null; at: EpochMs },
): Said => ({
  source: sourceOf(event.speaker),
  name: event.name,
  detail: {
    id: hashOf([event.name, String(event.version), syncId(ref), JSON.stringify(data)]),
    version: event.version,
    catalog: ref.catalog,
    sync: ref.sync,
    syncId: syncId(ref),
    cause,
    at,
    data,
  },
});
