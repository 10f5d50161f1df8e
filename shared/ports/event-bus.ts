import type { Said } from '../events/define.ts';

/** Where domain events are said. Resolves when the bus has taken all of them; re-sends entries that it refused. */
export interface EventBus {
  say(events: readonly Said[]): Promise<void>;
}
