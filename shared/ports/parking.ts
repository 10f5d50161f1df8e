import type { Parked } from '../edge/on-queue.ts';

/** Where unreadable messages are kept for people: write-once, by the hash of the message. */
export interface Parking {
  park(message: Parked): Promise<void>;
}
