/**
 * The states of every record that has them, each with what it may become and what makes it so. The codecs take their
 * states from here, the services' writes insist on the steps (`transition.ts`), and docs/generated/states.md draws them.
 */
export type Owner = 'ingest' | 'validate' | 'transform' | 'publish' | 'monitor';

export interface Machine<S extends string = string> {
  /** Whose table it is in, and how its `pk` begins there. */
  readonly owner: Owner;
  readonly prefix: string;
  /** Where in the record the state stands. */
  readonly field: readonly [string, ...string[]];
  readonly sentence: string;
  /** The states in which it may be put where nothing was. */
  readonly born: { readonly [state in S]?: string };
  readonly states: { readonly [state in S]: Next<S> };
}

interface Next<S extends string> {
  /** What it may become: with a few words of what makes it. None: this is its end. */
  readonly to: { readonly [state in S]?: string };
  /** Why it may be written again as it is, with other fields alone: no step, only bookkeeping. */
  readonly stays?: string;
}

/** Lets the compiler see that steps lead to states that there are. */
const machine = <S extends string>(states: Machine<S>): Machine<S> => states;

const SAID_AGAIN = 'it says its last word again until the sync is settled, then is no longer due';

/** In the order of the flow. */
export const machines = {
  file: machine({
    owner: 'ingest',
    prefix: 'file#',
    field: ['state'],
    sentence: 'One version of one landed object. Its record never expires, so that a file is taken once.',
    born: { seen: 'it lies in the landing zone' },
    states: {
      seen: { to: { in: 'a sync takes it' } },
      in: { to: { settled: 'the pointer has passed the sync' } },
      settled: { to: { archived: 'its copy was looked at, the original deleted' } },
      archived: { to: {} },
    },
  }),
  sync: machine({
    owner: 'ingest',
    prefix: 'sync#',
    field: ['state'],
    sentence: 'One run for one catalog. Opened and ended in one transaction with the catalog’s own record.',
    born: { active: 'opened, while no other is' },
    states: {
      active: { to: { ended: 'the pointer has passed it, its files are marked' } },
      ended: { to: { archived: 'its files are put away' } },
      archived: { to: {} },
    },
  }),
  validation: machine({
    owner: 'validate',
    prefix: 'sync#',
    field: ['state'],
    sentence: 'What validate found in a sync’s files. It is judged once, and stays as it was judged.',
    born: { validated: 'something can be used', failed: 'nothing can be used and nothing is carried' },
    states: {
      validated: { to: {}, stays: SAID_AGAIN },
      failed: { to: {}, stays: SAID_AGAIN },
    },
  }),
  shard: machine({
    owner: 'validate',
    prefix: 'shards#',
    field: ['state'],
    sentence: 'A stretch of a large file, which one worker reads. Removed once its sync is settled.',
    born: { open: 'a worker takes it' },
    states: {
      open: { to: { done: 'it is read' }, stays: 'taken over, its lease is over' },
      done: { to: { open: 'where it begins was guessed wrong, or stretches were of another length' } },
    },
  }),
  plan: machine({
    owner: 'transform',
    prefix: 'plan#',
    field: ['state'],
    sentence: 'What a sync is about to change. Of a held one nothing is sent; a person’s own write decides.',
    born: { planned: 'within the limits', held: 'beyond the limits', failed: 'validation failed' },
    states: {
      planned: { to: {}, stays: SAID_AGAIN },
      held: { to: { approved: 'a person approves', discarded: 'a person discards' }, stays: SAID_AGAIN },
      approved: { to: {}, stays: SAID_AGAIN },
      discarded: { to: {}, stays: SAID_AGAIN },
      failed: { to: {}, stays: SAID_AGAIN },
    },
  }),
  sending: machine({
    owner: 'publish',
    prefix: 'sync#',
    field: ['state'],
    sentence: 'publish’s record of a sync: put once all batches of the plan are there.',
    born: { sending: 'the plan may go, its batches are put' },
    states: {
      sending: {
        to: { settled: 'all batches are over, the outcomes are frozen' },
        stays: 'it is looked at again later',
      },
      settled: { to: {}, stays: SAID_AGAIN },
    },
  }),
  batch: machine({
    owner: 'publish',
    prefix: 'batches#',
    field: ['state'],
    sentence: 'The items of one call to Meta. What is settled, unknown or split is final: a later verdict is ignored.',
    born: {
      prepared: 'a batch of the plan, or a part of a split one',
      settled: 'the part of a split one that Meta refused by name',
    },
    states: {
      prepared: { to: { sending: 'claimed with a call of the quota' } },
      sending: {
        to: {
          sending: 'taken over, its lease is over',
          prepared: 'not sent, not let in, or no answer to count on',
          submitted: 'Meta gave a handle',
          settled: 'Meta refused every item',
          unknown: 'one item, three times neither taken nor named',
          split: 'too large, refused whole, or some items named',
        },
      },
      submitted: {
        to: {
          prepared: 'handle ended in error, canceled or lost',
          settled: 'finished, every failure named',
          unknown: 'stuck, or one item the third time without a verdict',
          split: 'failures without a name, or the third time without a verdict',
        },
      },
      settled: { to: {} },
      unknown: { to: {} },
      split: { to: {} },
    },
  }),
  handle: machine({
    owner: 'monitor',
    prefix: 'handle#',
    field: ['state'],
    sentence: 'Meta’s ticket for a batch, asked about until it ends.',
    born: { asking: 'publish’s batch is submitted with it' },
    states: {
      asking: { to: { ended: 'a verdict, lost, or stuck' }, stays: 'it is asked about again later' },
      ended: { to: { closed: 'publish’s batch has left it' }, stays: 'its end is said again until publish has heard' },
      closed: { to: {} },
    },
  }),
  alert: machine({
    owner: 'monitor',
    prefix: 'alert#',
    field: ['alert', 'state'],
    sentence: 'What people are told: one alert a cause, open while the cause lasts.',
    born: { open: 'something is wrong' },
    states: {
      open: { to: { cleared: 'it is over' }, stays: 'people were told' },
      cleared: { to: { open: 'it is wrong again' }, stays: 'people were told' },
    },
  }),
} as const;

export type Kind = keyof typeof machines;
export type StateOf<K extends Kind> = keyof (typeof machines)[K]['states'];

const machineOf = (kind: Kind): Machine => machines[kind];

/** Whether a record in state `from` (null: none was there) may be written in state `to`. Takes any text, as tables do. */
export const transitionAllowed = (kind: Kind, from: string | null, to: string): boolean => {
  const { born, states } = machineOf(kind);
  if (from === null) return Object.hasOwn(born, to);
  const next = Object.hasOwn(states, from) ? states[from] : undefined;
  return next !== undefined && (Object.hasOwn(next.to, to) || (from === to && next.stays !== undefined));
};

/** Which kind a record in this service's table is; undefined for one without states. */
export const kindOf = (owner: Owner, { pk }: { readonly pk: string }): Kind | undefined =>
  (Object.keys(machines) as Kind[]).find(
    (kind) => machines[kind].owner === owner && pk.startsWith(machines[kind].prefix),
  );

/** The state that a record of this kind says it is in. */
export const stateOf = (kind: Kind, record: object): string => {
  const found = machines[kind].field.reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], record);
  if (typeof found !== 'string') throw new Error(`a ${kind}'s record has no state`);
  return found;
};

/** The pointer has no states, it counts: from sync n−1 to sync n, and never another way. */
export const pointerMayMove = (from: number, to: number): boolean => to === from + 1;
