import type { ItemRef } from '@catalog-sync/shared/baseline/content.ts';
import type { Sample } from '@catalog-sync/shared/records/transform.ts';
import type { Candidate } from './fold.ts';
import { kindOf } from './kind.ts';

/** So many of a kind: enough to see what a plan is about, few enough to be read. */
export const MOST_OF_A_KIND = 20;

/** A sample whose id may have to be read from its item yet. */
export interface Picked extends Omit<Sample, 'id'> {
  id: string | ItemRef;
}

/** Takes some of each kind, in the order in which it is asked, with the offer before and after. */
export interface Sampling {
  add(candidate: Candidate): void;
  readonly picked: Picked[];
}

export const openSampling = (): Sampling => {
  const taken = { create: 0, update: 0, delete: 0 };
  const picked: Picked[] = [];
  return {
    picked,
    add: (candidate) => {
      const kind = kindOf(candidate);
      if (taken[kind] === MOST_OF_A_KIND) return;
      taken[kind] += 1;
      picked.push(pick(candidate, kind));
    },
  };
};

const pick = ({ id, op, entry, content }: Candidate, kind: Sample['kind']): Picked => ({
  id: id ?? content.item ?? '',
  kind,
  before: entry === undefined ? null : { price: entry.price, availability: entry.availability },
  after: op === 'DELETE' ? null : { price: content.price, availability: content.availability },
});

/** The first of each kind over several samplings, taken in this order. */
export const firstOf = (samplings: readonly Sampling[]): Picked[] => {
  const left = { create: MOST_OF_A_KIND, update: MOST_OF_A_KIND, delete: MOST_OF_A_KIND };
  return samplings.flatMap(({ picked }) => picked).filter(({ kind }) => left[kind]-- > 0);
};
