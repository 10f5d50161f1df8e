import type { Objects } from '../ports/objects.ts';
import type { Parking } from '../ports/parking.ts';

/** Keeps unreadable messages in the work bucket: `parked/<service>/<hash>.json`. */
export const parkIn = (work: Objects, service: string): Parking => ({
  park: async ({ hash, why, event, body }) => {
    await work.putOnce(`parked/${service}/${hash}.json`, JSON.stringify({ why, event, body }), {
      contentType: 'application/json',
    });
  },
});
