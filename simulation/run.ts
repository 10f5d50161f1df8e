/** One run: a world and its faults, a replay, a calm, the checks, and another replay, of which nothing may come. */
import { checkAlerts, checkSaidAgain } from './checks/alerts.ts';
import {
  checkAsks,
  checkCatalogs,
  checkFiles,
  checkLeftovers,
  checkSecrecy,
  ripeAndRefused,
} from './checks/at-the-end.ts';
import { isUndisturbed, type Plan, type Struck } from './cloud/luck.ts';
import type { Notes } from './notes.ts';
import { START } from './shop/make-world.ts';
import type { World } from './shop/world.ts';
import { openStage, type Versions } from './stage.ts';

const HOUR = 3_600_000;
/** By any clock: they differ by minutes. */
const A_DAY = 25 * HOUR;
/** Work that is not over after so long without faults, or so many calls, never ends. */
const LONGEST_CALM_MS = 200 * HOUR;
const MOST_CALLS = 60_000;

export interface Outcome extends Pick<Notes, 'violations' | 'timeline' | 'met' | 'reached'> {
  /** Misfortunes that happened. */
  struck: readonly Struck[];
  /** Calls of ports. */
  calls: number;
  ticks: number;
}

type Stage = ReturnType<typeof openStage>;

const isBroken = ({ notes }: Stage): boolean => notes.violations.length > 0;

/** Runs on until nothing is left to do; L6 when that never comes. */
const rest = async (stage: Stage): Promise<void> => {
  const { loop, luck, notes, atRest, unrest } = stage;
  const until = loop.now() + LONGEST_CALM_MS;
  const calls = luck.calls();
  const tooMuch = (): boolean => luck.calls() - calls > MOST_CALLS;
  if (!isBroken(stage) && !atRest()) await loop.run(until, () => isBroken(stage) || tooMuch() || atRest());
  if (!isBroken(stage) && (loop.now() >= until || tooMuch())) notes.broken('L6', `work does not end: ${unrest()}`);
};

const checkTheEnd = async ({ facts, references, people, luck, notes, bus, published }: Stage): Promise<void> => {
  await checkFiles(facts);
  checkCatalogs(facts, references);
  checkAsks(facts, references, people.asks);
  checkLeftovers(facts);
  checkAlerts(facts, published, isUndisturbed(luck));
  // Costly, and the same in every world.
  if (facts.world.seed % 10 === 0) checkSecrecy(facts, JSON.stringify([notes.timeline, bus.archive, published]));
};

/** Costly for what it looks at. */
const hasADayMore = ({ seed }: World): boolean => seed % 4 === 0;

/** A day in which nothing lands: people are told again what is still open. */
const aDayLater = async (stage: Stage): Promise<void> => {
  const { loop, notes, bus, rules, quiet, facts, published } = stage;
  notes.told('--- a day later ---');
  await loop.run(loop.now() + A_DAY, () => isBroken(stage));
  for (const rule of rules) if (rule.service === 'monitor' && rule.everyMs !== null) bus.tick(rule);
  await loop.run(loop.now() + HOUR, () => isBroken(stage) || quiet());
  checkSaidAgain(facts, published);
};

/** Everything that was said is said once more, and all schedules tick: whatever is written now is wrong. */
const again = async (stage: Stage): Promise<void> => {
  const { loop, notes, people, bus, rules, quiet, end, facts } = stage;
  end();
  notes.told('--- again ---');
  notes.still();
  await people.replay();
  // monitor's tick says again what is open for a day. Where that was not waited for it may be now, and is no replay.
  const ticking = rules.filter(({ service }) => hasADayMore(facts.world) || service !== 'monitor');
  for (const rule of ticking) if (rule.everyMs !== null) bus.tick(rule);
  await loop.run(loop.now() + HOUR, () => isBroken(stage) || quiet());
};

export const run = async (world: World, versions: Versions, plan: Plan = { kind: 'chance' }): Promise<Outcome> => {
  const stage = openStage(world, versions, plan);
  const { loop, luck, notes, meta, people, schedules, due, facts, references } = stage;
  people.begin();
  schedules.begin();
  await loop.run(START + world.calmFrom, () => isBroken(stage));

  notes.told('--- calm ---');
  for (const part of [luck, meta, people]) part.calm();
  due.forget();
  await people.replay();
  await rest(stage);
  // What Meta refused for a while is sent again because somebody asks, and for no other reason.
  if (!isBroken(stage)) {
    for (const [catalog, ids] of ripeAndRefused(facts, references)) await people.askAgain(catalog, ids);
  }
  await rest(stage);

  if (!isBroken(stage)) await checkTheEnd(stage);
  if (!isBroken(stage) && hasADayMore(world)) await aDayLater(stage);
  if (!isBroken(stage)) await again(stage);
  const { violations, timeline, met, reached } = notes;
  return { violations, timeline, met, reached, struck: luck.struck, calls: luck.calls(), ticks: schedules.ticks() };
};
