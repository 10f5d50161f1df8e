import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Said } from '../../events/define.ts';
import type { EventBus } from '../../ports/event-bus.ts';

/** PutEvents takes at most 10 entries a call, and refuses single entries with HTTP 200 (PutEvents reference). */
const MOST_ENTRIES = 10;
const ROUNDS = 4;

/** A bus by its name. Entries that it refuses are said again; what it refuses to the end throws, and the sweep says it later. */
export const eventBridgeBus = (EventBusName: string, client = new EventBridgeClient({})): EventBus => {
  const sayTen = async (events: readonly Said[], rounds: number): Promise<void> => {
    const answer = await client.send(
      new PutEventsCommand({
        Entries: events.map(({ source, name, detail }) => ({
          EventBusName,
          Source: source,
          DetailType: name,
          Detail: JSON.stringify(detail),
        })),
      }),
    );
    const refused = (answer.Entries ?? []).flatMap((entry, place) =>
      entry.ErrorCode ? [{ entry, event: events[place]! }] : [],
    );
    if (refused.length === 0) return;
    if (rounds <= 1) {
      const [first] = refused;
      throw new Error(
        `the bus ${EventBusName} refused ${refused.length} event(s): ${first?.entry.ErrorCode} ${first?.entry.ErrorMessage}`,
      );
    }
    await sayTen(
      refused.map(({ event }) => event),
      rounds - 1,
    );
  };
  return {
    say: async (events) => {
      for (let at = 0; at < events.length; at += MOST_ENTRIES)
        await sayTen(events.slice(at, at + MOST_ENTRIES), ROUNDS);
    },
  };
};
