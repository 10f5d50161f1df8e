import { onQueue, type Parked } from '../../../shared/edge/on-queue.ts';
import { decodeEvent } from '../../../shared/events/decode.ts';
import { seedOf } from '../random.ts';
import { must, pure, size, type Target } from '../target.ts';
import { batchOf, failedOf, reshapeBodies } from './bodies.ts';
import { eventWords } from './events.ts';

/** The edge of all functions that a queue feeds, with work of which every third sync and every third parking fails. */
export const queue = (edge: typeof onQueue = onQueue): Target => ({
  name: 'queue',
  corpus: 'queue',
  ending: '.txt',
  dictionary: eventWords,
  largest: 60_000,
  reshape: reshapeBodies,
  open: pure(async (input) => {
    const batch = batchOf(input);
    const parked: Parked[] = [];
    let worked = 0;
    let ticks = 0;
    const parkingFails = (body: string): boolean => seedOf(Buffer.from(body)) % 3 === 0;
    const answer = await edge(batch, {
      onSync: async ({ sync }) => {
        worked++;
        if (sync % 3 === 2) throw new Error('this sync fails');
      },
      onTick: async () => {
        ticks++;
      },
      park: async (message) => {
        if (parkingFails(message.body)) throw new Error('cannot be parked now');
        parked.push(message);
      },
      log: { info: () => {}, warn: () => {}, error: () => {} },
      concurrent: input.length % 2 === 0,
    });
    const failed = failedOf(answer, batch);

    let hints = 0;
    let ticked = 0;
    let unreadable = 0;
    for (const { messageId, body } of batch.Records) {
      const decoded = decodeEvent(body);
      const back = failed.includes(messageId);
      if (decoded.kind === 'hint') {
        hints++;
        must(back === (decoded.hint.ref.sync % 3 === 2), 'what fails goes back, and nothing else', () => body);
      } else if (decoded.kind === 'tick') {
        ticked++;
        must(!back, 'a tick that was worked on does not come back');
      } else {
        unreadable++;
        const kept = parked.some((message) => message.body === body && message.why === decoded.why);
        must(kept !== back, 'what cannot be read is parked, or comes back to be parked', () => body);
      }
    }
    must(worked <= hints && worked > 0 === hints > 0, 'a word is worked on once', () => `${worked} of ${hints}`);
    must(ticks === Math.min(1, ticked), 'ticks of one batch are one', () => `${ticks} of ${ticked}`);
    return `${size(hints)} ${size(hints - worked)} ${size(ticked)} ${size(unreadable)} ${size(failed.length)}`;
  }),
});
