import { functionsOf, type Goal, line, megabytes, whole } from '../report.ts';
import { CALLS_A_SYNC, CALLS_AN_HOUR, CHANGED, ITEMS_A_CALL, type LoadBench } from './load.ts';
import { mostWithin } from './posts.ts';

const HOUR_MS = 3_600_000;

export const howLoaded = ({ valid, bytes, live, usage, seconds }: LoadBench): string =>
  `A sandbox that knows ${live} products is given a file of ${whole(valid)} valid rows (${megabytes(bytes)} MB) under a ` +
  `quota of ${CALLS_AN_HOUR} calls an hour, ${whole(ITEMS_A_CALL)} items a call: so many are carried from sync to sync, ` +
  'and while they are, a file lands with another price for a product that is already live. Time passes whenever nobody is ' +
  'at work. What came to Meta is what the emulator says of its calls, item by item. ' +
  `It took ${whole(usage.cpuSeconds)} CPU s and ${whole(seconds)} s, the making of the feed included; the process of the ` +
  `emulators and of the small functions had ${megabytes(usage.peakRss)} MB at most.`;

export const loadTable = ({ reports, posts, hours, functions }: LoadBench): string => {
  const calls = reports.reduce((sum, { batches }) => sum + batches.length, 0);
  const head = ['syncs', 'calls', 'most calls in an hour', 'hours by the sandbox’s clock', 'items sent'];
  const sent = reports.reduce((sum, { items }) => sum + items.sent, 0);
  const most = mostWithin(posts.accepted, HOUR_MS);
  const figures = [whole(reports.length), whole(calls), whole(most), hours.toFixed(1), whole(sent)];
  return [line(head), line(head.map(() => '---')), line(figures), '', functionsOf(['peak MB'], [functions])].join('\n');
};

/** What was to be reached, and whether it was. */
export const judgeLoad = ({ valid, live, reports, posts, held }: LoadBench): Goal[] => {
  const more = [...posts.sent].filter(([id, times]) => times > (id === CHANGED.id ? 2 : 1)).length;
  const most = mostWithin(posts.accepted, HOUR_MS);
  const longest = Math.max(...reports.map(({ batches }) => batches.length));
  const at = reports.findIndex(({ files }) => files.some(({ key }) => key === 'data/prices.csv'));
  const before = reports.slice(0, at).reduce((sum, { batches }) => sum + batches.length, 0);
  const place = posts.firstWith(CHANGED.id, CHANGED.price) - before;
  const waiting = reports[at - 1]?.carriedRows.carried ?? 0;
  return [
    {
      text: `Meta holds ${whole(held)} products and was sent ${whole(posts.sent.size)}; ${whole(valid + live)} were landed`,
      met: held === valid + live && posts.sent.size === valid + live,
    },
    { text: `${whole(more)} products were sent more often than they changed; the goal is none`, met: more === 0 },
    {
      text: `${whole(most)} calls in any hour at most, and ${whole(posts.refused())} that Meta refused; the goal is ${CALLS_AN_HOUR} and none`,
      met: most <= CALLS_AN_HOUR && posts.refused() === 0,
    },
    {
      text: `${whole(longest)} calls a sync at most; the goal is ${CALLS_A_SYNC}`,
      met: longest <= CALLS_A_SYNC,
    },
    {
      text: `the new price is in call ${whole(place + 1)} of the next sync, while ${whole(waiting)} products still wait; the goal is one of the first two, which go at once`,
      met: place >= 0 && place < 2 && waiting > 0,
    },
  ];
};
