import type { RunResult } from '../cli/result.ts';

/** One call to Meta and its answer as they went over the wire, but for what is masked. */
export interface Exchange {
  method: string;
  /** With its query, without the app secret's proof. */
  path: string;
  /** Byte for byte, without the proof; null for a GET. */
  body: string | null;
  /** Null: there was no answer. */
  status: number | null;
  headers: Record<string, string>;
  answer: string;
}

/** What landed, what was said to Meta because of it, and what `run --json` answers. */
export interface RecordedSync {
  landed: { key: string; text: string }[];
  exchanges: Exchange[];
  result: RunResult;
}

export interface Recording {
  /** `emulator`, or the name of the host that answered. */
  recordedAgainst: string;
  recordedAt: string;
  graphVersion: string;
  /** The catalog's number as it stands in the exchanges, which is not the real one. */
  catalogId: string;
  syncs: RecordedSync[];
  /** What the recorder itself sent at the end, so that nothing of it is left in the catalog. */
  tidiedUp: Exchange[];
}
