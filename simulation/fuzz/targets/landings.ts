import { Buffer } from 'node:buffer';
import { onLanding } from '../../../services/ingest/src/on-landing.ts';
import { ingestWorld } from '../../../services/ingest/src/testing/world.ts';
import { look } from '../look.ts';
import { must, pure, size, type Target } from '../target.ts';
import { batchOf, failedOf, reshapeBodies } from './bodies.ts';
import { eventWords } from './events.ts';

const lying = [
  'data/a.csv',
  'data/shoes/b.csv.gz',
  'data/full/c.csv',
  'data/d.txt',
  'data/__proto__/e.csv',
  'other/f.csv',
];

/** Longest keys of a DynamoDB table: partition and sort key. */
const LONGEST = { pk: 2_048, sk: 1_024 };

/** S3's word that an object was created, as ingest hears it; forged ones, too, for objects that are not there. */
export const landings = (): Target => ({
  name: 'landings',
  corpus: 'landings',
  ending: '.txt',
  dictionary: [...eventWords, ...lying, 'v1', 'v2'],
  largest: 60_000,
  reshape: reshapeBodies,
  open: pure(async (input) => {
    const world = ingestWorld();
    for (const key of lying) await world.land(key, { full: 'true', part: '1/2', rows: '7', sequence: '2026-11-01' });
    const batch = batchOf(input);
    const failed = failedOf(await onLanding(batch, world.needs), batch);
    must(failed.length === 0, 'no body makes it fail', () => failed.join(' '));
    must(
      world.parked.every(({ body, why }) => why === 'malformed' && batch.Records.some((one) => one.body === body)),
      'only what cannot be read is parked',
    );
    const records = world.table.records();
    look(records);
    for (const { pk, sk } of records)
      must(
        Buffer.byteLength(pk) <= LONGEST.pk && Buffer.byteLength(sk) <= LONGEST.sk && sk !== '',
        'what is noted fits into the table',
        () => `${pk} ${sk}`,
      );
    const ours = records.every((record) => record.key === undefined || lying.includes(String(record.key)));
    must(ours, 'nothing is noted that does not lie there', () => JSON.stringify(records));
    must(world.bus.said.length <= lying.length + 2, 'a forged word makes no noise', () => world.said().join(' '));
    const said = [...new Set(world.said())].toSorted().join(' ');
    return `${size(world.parked.length)} ${size(records.length)} ${said}`;
  }),
});
