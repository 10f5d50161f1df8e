import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { waitsFor } from './waits-for.ts';

const now = Date.UTC(2026, 10, 23, 12, 0);
const free = { auth: null, paused: false, rateUntil: 0 };
const batch = (status: string) => ({ batchId: 'b', handle: null, items: 1, status });

describe('what a sync that has not settled waits for', () => {
  test.each<[string, Parameters<typeof waitsFor>, string[]]>([
    ['nothing that its records tell', [free, { batches: [batch('submitted')] }, now], []],
    ['nothing, when none is active', [free, null, now], []],
    ['a person who resumes it', [{ ...free, paused: true }, null, now], ['it is paused']],
    [
      'Meta, which has had enough',
      [{ ...free, rateUntil: now + 60_000 }, null, now],
      ['Meta takes no batch before 2026-11-23 12:01 UTC'],
    ],
    ['no longer for Meta', [{ ...free, rateUntil: now }, null, now], []],
    [
      'its turn',
      [free, { batches: [batch('submitted'), batch('prepared'), batch('prepared')] }, now],
      ['2 of 3 batches not sent yet: callsPerHour sets their pace'],
    ],
    [
      'a token, whose refusal is told in one sentence',
      [
        {
          ...free,
          auth: { code: 190, subcode: 463, since: epochMs(1), secretVersion: '1', message: 'The session has expired.' },
        },
        null,
        now,
      ],
      ['Meta does not let us in (code 190): The session has expired'],
    ],
  ])('%s', (_what, given, reasons) => expect(waitsFor(...given)).toEqual(reasons));
});
