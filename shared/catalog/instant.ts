import * as t from 'io-ts';

interface EpochMsBrand {
  readonly EpochMs: unique symbol;
}

/** A moment, in milliseconds since 1970-01-01T00:00:00Z: the one unit of time inside the code. */
export const EpochMs = t.brand(t.number, (n): n is t.Branded<number, EpochMsBrand> => Number.isFinite(n), 'EpochMs');
export type EpochMs = t.TypeOf<typeof EpochMs>;

/** Takes a number that is known to be a moment (a clock's reading, a sum of one). */
export const epochMs = (ms: number): EpochMs => ms as EpochMs;

export const later = (at: EpochMs, ms: number): EpochMs => epochMs(at + ms);

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `2026/11/23`: how folders are named by a day, in UTC. */
export const dayFolder = (at: EpochMs): string => new Date(at).toISOString().slice(0, 10).replaceAll('-', '/');

/** How far a worker's clock may be off, to either side: margins are made of it. */
export const ALLOWED_SKEW = 5 * MINUTE;
