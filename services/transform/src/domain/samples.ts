import type { Entry, Sample } from '@catalog-sync/shared/records/transform.ts';
import type { Candidate } from './fold.ts';
import { kindOf } from './kind.ts';

/** So many of a kind: enough to see what a plan is about, few enough to be read. */
const MOST_OF_A_KIND = 20;

/** The first of each kind in the order in which they are sent, with the offer before and after. */
export const samplesOf = (wanted: Iterable<Candidate>, entries: ReadonlyMap<string, Entry>): Sample[] => {
  const samples: Sample[] = [];
  const taken = { create: 0, update: 0, delete: 0 };
  for (const candidate of wanted) {
    const entry = entries.get(candidate.id);
    const kind = kindOf(candidate, entry);
    if (taken[kind] === MOST_OF_A_KIND) continue;
    taken[kind] += 1;
    samples.push({
      id: candidate.id,
      kind,
      before: entry === undefined ? null : { price: entry.price, availability: entry.availability },
      after: candidate.op === 'DELETE' ? null : offerOf(candidate),
    });
  }
  return samples;
};

const offerOf = ({ data }: Candidate): NonNullable<Sample['after']> => ({
  price: String(data.price ?? ''),
  availability: String(data.availability ?? ''),
});
