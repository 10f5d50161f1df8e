import { functionsOf, type Goal, line, megabytes, whole } from '../report.ts';
import type { Told } from './command.ts';
import { CHANGED_SHARE, ITEMS_A_BATCH, type Synced, type WholeBench } from './whole.ts';

/**
 * How many times the seconds of `check` a sync may take in which little changed, beside those of a sandbox that starts on
 * that folder and stops.
 */
const TIMES_CHECK = 1.5;

const costs = ({ cpuSeconds, seconds, peakRss }: Told): string[] => [
  cpuSeconds.toFixed(1),
  seconds.toFixed(1),
  megabytes(peakRss),
];
const synced = (what: string, sync: Synced): string[] => {
  const { items, batches, syncs } = sync.result;
  return [what, ...costs(sync), whole(items.sent + items.deleted), whole(batches.length), whole(syncs.length)];
};

export const wholeTable = ({ rows, syncs, check, start, startAgain }: WholeBench): string => {
  const head = ['what', 'CPU s', 'wall s', 'peak MB', 'items sent', 'batches', 'syncs'];
  const [first, second, third] = syncs;
  return [
    line(head),
    line(head.map(() => '---')),
    line(synced(`the first sync of ${whole(rows)} rows`, first)),
    line(synced(`the same feed with ${100 * CHANGED_SHARE} % of the rows changed`, second)),
    line(synced('that feed once more', third)),
    line(['`catalog-sync check` of that feed', ...costs(check), '–', '–', '–']),
    line(synced('a sandbox that starts in a new folder, syncs one product and stops', start)),
    line(synced('one that starts after the first sync, finds one product unchanged and stops', startAgain)),
  ].join('\n');
};

/** The most that a worker of each function was seen to have, of the three syncs. */
export const functionsTable = ({ syncs }: WholeBench): string =>
  functionsOf(
    ['first sync, peak MB', 'second', 'third'],
    syncs.map(({ functions }) => functions),
  );

/** What was to be reached, and whether it was. */
export const judgeWhole = ({ first, second, syncs, check, startAgain }: WholeBench): Goal[] => {
  const sent = syncs.map(({ result }) => result.items.sent + result.items.deleted);
  const batches = syncs.map(({ result }) => result.batches.length);
  const all = syncs.every(({ result: { batches: its } }) => its.every(({ status }) => status === 'accepted'));
  const fewest = Math.ceil(second.changed / ITEMS_A_BATCH);
  const most = TIMES_CHECK * check.cpuSeconds + startAgain.cpuSeconds;
  const took = syncs[1].cpuSeconds;
  return [
    {
      text: `the first sync sends ${whole(sent[0]!)} items; ${whole(first.valid)} rows are valid`,
      met: sent[0] === first.valid && all,
    },
    {
      text: `the second sends ${whole(sent[1]!)} items in ${whole(batches[1]!)} batches; ${whole(second.changed)} valid rows changed, which is ${whole(fewest)} batches`,
      met: sent[1] === second.changed && batches[1] === fewest,
    },
    {
      text: `the second takes ${took.toFixed(1)} CPU s; the goal is ${TIMES_CHECK} times \`check\` and the start on that folder, which is ${most.toFixed(1)}`,
      met: took <= most,
    },
    { text: `the third sends ${whole(sent[2]!)} items; the goal is none`, met: sent[2] === 0 && batches[2] === 0 },
    {
      text: `\`check\` finds ${whole(check.checked.valid)} valid rows; the feed was made with ${whole(second.valid)}`,
      met: check.checked.valid === second.valid,
    },
  ];
};
