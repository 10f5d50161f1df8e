import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { CatalogName, SyncNumber, type SyncRef } from '../catalog/sync.ts';
import { sourceOf } from './define.ts';
import { allEvents } from './index.ts';

/** What a handler may believe of a domain event: which one it is, and of which sync. Never its facts. */
export interface Hint {
  name: string;
  ref: SyncRef;
  /** The event's id: the cause of what is said because of it. */
  id: string;
  data: unknown;
}

export type Decoded =
  | { kind: 'hint'; hint: Hint }
  | { kind: 'tick' }
  | { kind: 'unreadable'; why: 'not-an-event' | 'unknown-event' | 'unknown-version' | 'malformed'; name: string };

const Outer = t.type({ source: t.string, 'detail-type': t.string, detail: t.UnknownRecord });

const nameOf = (source: string, name: string): string => `${source} ${name}`;
const known = new Map(allEvents.map((event) => [nameOf(sourceOf(event.speaker), event.name), event]));

/** Reads the text of an EventBridge event: a domain event, the tick of a schedule, or something to be parked. */
export const decodeEvent = (body: string): Decoded => {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { kind: 'unreadable', why: 'not-an-event', name: '' };
  }
  const outer = Outer.decode(json);
  if (!isRight(outer)) return { kind: 'unreadable', why: 'not-an-event', name: '' };
  const { source, 'detail-type': name, detail } = outer.right;
  if (source === 'aws.events') return { kind: 'tick' };
  const event = known.get(nameOf(source, name));
  if (event === undefined) return { kind: 'unreadable', why: 'unknown-event', name };
  if (detail.version !== event.version) return { kind: 'unreadable', why: 'unknown-version', name };
  const decoded = event.detail.decode(detail);
  if (!isRight(decoded)) return { kind: 'unreadable', why: 'malformed', name };
  const { catalog, sync, id, data } = decoded.right;
  return { kind: 'hint', hint: { name, ref: { catalog, sync }, id, data } };
};

/** A sync named by hand or by a record, checked like an event's. */
export const syncRef = (catalog: string, sync: number): SyncRef | undefined => {
  const name = CatalogName.decode(catalog);
  const number = SyncNumber.decode(sync);
  return isRight(name) && isRight(number) ? { catalog: name.right, sync: number.right } : undefined;
};
