import { expectedCatalog, rowsOf } from '../expectation.ts';
import type { Call } from './meta.ts';
import type { Alert, Report } from './sandbox.ts';
import { type Case, EMBARGO_MINUTES, filesOf, MINUTE, PRICES, type Seen } from './side-by-side.ts';

/** After these nobody can say what Meta does with the call's items, or did. */
const DOUBTFUL = new Set([
  'reset-before-accept',
  'reset-after-accept',
  'html-502',
  'status-error',
  'status-canceled',
  'partial-apply',
  'never-finishes',
]);

/** Alerts about what is so now; the others are about a sync, and stay. */
const LAST_WHILE_IT_LASTS = new Set(['access-refused', 'sync-stalled']);

const OUTCOMES = ['superseded', 'unchanged', 'accepted', 'errored', 'carried'] as const;

const sum = (counts: Record<string, number>, names: readonly string[]): number =>
  names.reduce((total, name) => total + (counts[name] ?? Number.NaN), 0);

/** What is wrong with a case at its end, in words; nothing when all is as it has to be. Pure. */
export const wrongWith = (one: Case, seen: Seen): string[] => {
  const wrong: string[] = [];
  const same = (what: string, found: unknown, wanted: unknown): void => {
    if (JSON.stringify(found) !== JSON.stringify(wanted))
      wrong.push(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
  };
  const { refused = [], inDoubt, unknown = 0, alerts = [], calls: mostCalls, away, says = [] } = one;
  const files = filesOf(one);
  const { reports, calls } = seen;
  const posts = calls.filter(({ method }) => method === 'POST');

  const wanted = expectedCatalog(files).filter(({ id }) => !refused.includes(id));
  same('the catalog', seen.items.map(sorted), wanted.map(sorted));
  same('left where files land', seen.left, 0);
  same(
    'files',
    reports.flatMap((report) => report.files.map(({ outcome }) => outcome)),
    files.map(() => 'archived'),
  );
  same('rows that the first sync left open', reports[0]?.rows.carried, unknown);
  const waiting = reports[1]?.rows.carried ?? 0;
  if (typeof inDoubt === 'number') same('rows of the second file that wait', waiting, inDoubt);
  if (inDoubt === 'some' && waiting === 0) wrong.push('no row of the second file waits');
  wrong.push(
    ...wrongCounts(reports, files),
    ...wrongVerdicts(seen),
    ...wrongEnds(one, seen),
    ...wrongOrder(posts),
    ...wrongAlerts(seen.alerts),
  );
  same('alerts', [...new Set(seen.alerts.map(({ kind }) => kind))].sort(), alerts);
  same(
    'alerts that nobody clears',
    openAt(seen.alerts).filter((kind) => LAST_WHILE_IT_LASTS.has(kind)),
    [],
  );
  if (mostCalls !== undefined && posts.length > mostCalls) wrong.push(`${posts.length} calls instead of ${mostCalls}`);
  if (away !== undefined) wrong.push(...comeTooEarly(posts, away));
  const said = JSON.stringify(reports.map(({ errors }) => errors));
  for (const words of says) if (!said.includes(words)) wrong.push(`"${words}" is not in what is said: ${said}`);
  return wrong;
};

const sorted = (item: object): object => Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Every row is in exactly one outcome: where it landed, or where it was carried to. */
const wrongCounts = (reports: readonly Report[], files: readonly string[]): string[] => {
  const wrong: string[] = [];
  const equal = (what: string, a: number, b: number): void => {
    if (a !== b) wrong.push(`${what}: ${a} and ${b}`);
  };
  let open = 0;
  for (const { id, rows, carriedRows } of reports) {
    equal(`${id}: landed, valid and rejected`, rows.landed ?? 0, sum(rows, ['valid', 'rejected']));
    equal(`${id}: valid and its outcomes`, rows.valid ?? 0, sum(rows, [...OUTCOMES, 'held']));
    equal(`${id}: carried into it and their outcomes`, carriedRows.taken ?? 0, sum(carriedRows, OUTCOMES));
    equal(`${id}: carried into it and carried before`, carriedRows.taken ?? 0, open);
    open = sum(rows, ['carried']) + sum(carriedRows, ['carried']);
  }
  equal('carried at the end', open, 0);
  const landed = reports.reduce((total, { rows }) => total + sum(rows, ['landed']), 0);
  equal(
    'rows landed',
    landed,
    files.reduce((total, text) => total + rowsOf(text), 0),
  );
  return wrong;
};

/** An item of a sync has one verdict, and the verdicts are those that the report counts. */
const wrongVerdicts = ({ reports, verdicts }: Seen): string[] =>
  reports.flatMap(({ id, rows, carriedRows }) => {
    const own = verdicts.filter(({ sync }) => sync === id);
    const ids = own.map((verdict) => verdict.id);
    const accepted = own.filter(({ verdict }) => verdict === 'accepted').length;
    const counted = sum(rows, ['accepted']) + sum(carriedRows, ['accepted']);
    return [
      ...(new Set(ids).size === ids.length ? [] : [`${id}: an item has two verdicts: ${ids.sort().join(', ')}`]),
      ...(accepted === counted ? [] : [`${id}: ${accepted} accepted by the verdicts, ${counted} by the report`]),
    ];
  });

/** At last an item is accepted, or the reports name it as one that Meta does not take. */
const wrongEnds = ({ refused = [] }: Case, { items, reports, verdicts }: Seen): string[] => {
  const last = new Map(verdicts.map(({ id, verdict }) => [id, verdict]));
  const named = new Set(reports.flatMap(({ errors }) => errors.map(({ id }) => id)));
  return [...new Set([...last.keys(), ...items.map(({ id }) => id), ...refused])].flatMap((id) => {
    const right = refused.includes(id) ? last.get(id) !== 'accepted' && named.has(id) : last.get(id) === 'accepted';
    return right ? [] : [`${id} is ${last.get(id)} at last, and the reports name ${[...named].join(', ') || 'none'}`];
  });
};

/** Other content of a product leaves only when an embargo is over, and never older content after newer. */
const wrongOrder = (posts: readonly Call[]): string[] => {
  const wrong: string[] = [];
  const last = new Map<string, { price: string; doubtfulAt: number }>();
  for (const { at, request, status, faults = [] } of posts) {
    const doubtful = (status === 200 || status === null || status === 502) && faults.some((name) => DOUBTFUL.has(name));
    for (const { data } of request?.requests ?? []) {
      const price = String(data.price);
      const before = last.get(data.id);
      if (before !== undefined && PRICES.indexOf(price) < PRICES.indexOf(before.price))
        wrong.push(`${data.id}: ${price} was sent after ${before.price}`);
      if (before !== undefined && price !== before.price && at - before.doubtfulAt < EMBARGO_MINUTES * MINUTE)
        wrong.push(`${data.id}: ${price} was sent ${at - before.doubtfulAt} ms after a call in doubt`);
      last.set(data.id, { price, doubtfulAt: doubtful ? at : (before?.doubtfulAt ?? Number.NEGATIVE_INFINITY) });
    }
  }
  return wrong;
};

const byTime = (alerts: readonly Alert[]): Alert[] => [...alerts].sort((a, b) => Number(a.at) - Number(b.at));

const openAt = (alerts: readonly Alert[]): string[] =>
  [...new Map(byTime(alerts).map((alert) => [alert.id, alert])).values()]
    .filter(({ state }) => state === 'open')
    .map(({ kind }) => kind);

/** One cause is told once while it lasts, and cleared once. */
const wrongAlerts = (alerts: readonly Alert[]): string[] => {
  const states = new Map<string, string>();
  return byTime(alerts).flatMap(({ id, state }) => {
    const again = (states.get(id) ?? 'cleared') === state;
    states.set(id, state);
    return again ? [`${id} is told "${state}" twice running`] : [];
  });
};

/** Nobody calls before the time that a throttled answer gave. */
const comeTooEarly = (posts: readonly Call[], minutes: number): string[] =>
  posts.flatMap(({ at, faults = [] }, n) => {
    const next = posts[n + 1];
    const isThrottled = faults.some((name) => name === 'throttle' || name === 'graph-error');
    return isThrottled && next !== undefined && next.at - at < minutes * MINUTE
      ? [`called ${(next.at - at) / MINUTE} min after a throttled call instead of ${minutes}`]
      : [];
  });
