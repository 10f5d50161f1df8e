/** L5: what people are told of a run, against what the syncs' reports say. One open alert a cause, none twice, none left. */
import type { Alert } from '../../shared/records/alert.ts';
import { type Facts, idOf, knownState, pointerSync, recordOf, storedJson, syncSk } from './facts.ts';

interface Report {
  id: string;
  status: string;
  files: { key: string; outcome: string; why: string | null; rejected: number; reportKey: string | null }[];
  rows: { rejected: number };
  troubled?: { refused: number; unknown: number } | null;
  misdescribed?: string[];
  errors: { id: string; stage: string; message: string }[];
}

interface Findings {
  findings: { retailerId?: string | null; column: string | null; code: string; severity: string; message: string }[];
}

/** Told once, and never over: nothing shows that it is. */
const NOTICES: readonly Alert['kind'][] = ['file-ignored', 'event-parked'];
/** Over at the latest when all work is. */
const WHILE_IT_LASTS: readonly Alert['kind'][] = ['access-refused', 'plan-held', 'sync-stalled'];

type Kind =
  | 'validation-failed'
  | 'file-refused'
  | 'file-misdescribed'
  | 'rows-rejected'
  | 'items-errored'
  | 'items-unknown';

/** What is wrong, product by product; undefined: nothing of this kind. */
const WRONG: Readonly<Record<Kind, (report: Report, facts: Facts) => string[] | undefined>> = {
  'validation-failed': (report) => (report.status === 'failed-validation' ? refusedFiles(report) : undefined),
  'file-refused': (report) => (report.status === 'failed-validation' ? undefined : refusedFiles(report)),
  'file-misdescribed': ({ misdescribed = [], files }) =>
    unlessEmpty(misdescribed.map((note) => withoutNames(note, files))),
  'rows-rejected': ({ rows, files }, facts) =>
    rows.rejected === 0
      ? undefined
      : files
          .filter(({ outcome, rejected }) => outcome === 'archived' && rejected > 0)
          .map(({ reportKey }) => findingsOf(storedJson<Findings>(facts, reportKey))),
  'items-errored': ({ errors }) => named(errors.filter(({ stage }) => stage !== 'unknown')),
  'items-unknown': ({ errors }) => named(errors.filter(({ stage }) => stage === 'unknown')),
};

/** A note that differs only in the file's name and in numbers is the same one. */
const withoutNames = (note: string, files: Report['files']): string =>
  files.reduce((text, { key }) => text.split(key).join('…'), note).replaceAll(/[0-9]+/g, '#');
const unlessEmpty = (all: string[]): string[] | undefined => (all.length === 0 ? undefined : all);
const refusedFiles = ({ files }: Report): string[] | undefined =>
  unlessEmpty(files.filter(({ outcome }) => outcome === 'refused').map(({ key, why }) => `${key} ${why}`));
const named = (errors: Report['errors']): string[] | undefined =>
  unlessEmpty(errors.map(({ id, message }) => `${id} ${message}`));
const findingsOf = (found: Findings | undefined): string =>
  (found?.findings ?? [])
    .filter(({ severity }) => severity === 'error')
    .map(({ retailerId, column, code, message }) => `${retailerId ?? '?'} ${column} ${code} ${message}`)
    .sort()
    .join('\n');

/** Whether a sync in which nothing is wrong shows that what was wrong before is over. */
const SHOWS_IT_OVER: Readonly<Record<Kind, (report: Report) => boolean>> = {
  'validation-failed': ({ files }) => files.length > 0,
  'file-refused': ({ files }) => files.length > 0,
  'rows-rejected': (report) => wasUsed(report),
  'file-misdescribed': (report) => wasUsed(report),
  'items-errored': ({ troubled }) => troubled?.refused === 0,
  'items-unknown': ({ troubled }) => troubled?.unknown === 0,
};
const wasUsed = ({ files }: Report): boolean => files.some(({ outcome }) => outcome === 'archived');

const reportsOf = (facts: Facts, catalog: string): Report[] =>
  Array.from({ length: pointerSync(facts, catalog) }, (_, n) => n + 1).flatMap((sync) => {
    const report = storedJson<Report>(facts, recordOf(facts, 'ingest', `sync#${catalog}`, syncSk(sync))?.reportKey);
    if (report === undefined) facts.broken('L5', `${idOf(catalog, sync)} has no report`);
    return report === undefined ? [] : [report];
  });

/** All that must be told of a catalog's syncs, as `kind sync state`. */
const expectedOf = (facts: Facts, reports: readonly Report[]): Set<string> => {
  const expected = new Set<string>();
  for (const kind of Object.keys(WRONG) as Kind[]) {
    let open: { since: string; what: string } | undefined;
    for (const report of reports) {
      const wrong = WRONG[kind](report, facts);
      const what = wrong?.toSorted().join('\n');
      if (what === open?.what || (what === undefined && !SHOWS_IT_OVER[kind](report))) continue;
      if (open !== undefined) expected.add(`${kind} ${open.since} cleared`);
      if (what !== undefined) expected.add(`${kind} ${report.id} open`);
      open = what === undefined ? undefined : { since: report.id, what };
    }
  }
  return expected;
};

/** The last report that counts products in trouble, against the state itself: all of them, in whichever sync they came. */
const checkTroubled = (facts: Facts, catalog: string, reports: readonly Report[]): void => {
  const outcomes = [...knownState(facts, catalog).outcomes.values()];
  const refused = outcomes.filter((outcome) => outcome === 'errored').length;
  const unknown = outcomes.filter((outcome) => outcome === 'unknown' || outcome === 'parked').length;
  const told = reports.findLast(({ troubled }) => troubled)?.troubled ?? { refused: 0, unknown: 0 };
  if (told.refused !== refused || told.unknown !== unknown)
    facts.broken(
      'L5',
      `${catalog}: reports tell of ${JSON.stringify(told)} in trouble, and it is ${refused} and ${unknown}`,
    );
};

const checkSyncs = (facts: Facts, catalog: string, published: readonly Alert[]): void => {
  const { broken } = facts;
  const reports = reportsOf(facts, catalog);
  const about = published.filter((alert) => alert.catalog === catalog && Object.hasOwn(WRONG, alert.kind));
  const told = new Set(about.map(({ kind, sync, state }) => `${kind} ${sync} ${state}`));
  checkTroubled(facts, catalog, reports);
  const expected = expectedOf(facts, reports);
  for (const what of expected) if (!told.has(what)) broken('L5', `nobody was told: ${what}`);
  for (const what of told) if (!expected.has(what)) broken('L5', `told without a reason: ${what}`);
};

/** As people know alerts: of each the youngest word, by what it says of itself. The one that comes last may be an older one. */
export const openLastWords = (published: readonly Alert[] = []) => {
  const words = new Map<string, Alert>();
  const hear = (word: Alert): void => {
    const known = words.get(word.id);
    const order = known === undefined ? 1 : word.at - known.at || (word.again ?? 0) - (known.again ?? 0);
    if (order > 0) words.set(word.id, word);
  };
  for (const word of published) hear(word);
  return { hear, of: (id: string) => words.get(id), all: () => [...words.values()] };
};

/** @param undisturbed no worker died and no answer was lost */
export const checkAlerts = (facts: Facts, published: readonly Alert[], undisturbed: boolean): void => {
  const { broken, world } = facts;
  const open = openLastWords(published)
    .all()
    .filter(({ state }) => state === 'open');
  for (const { kind, subject } of open)
    if (WHILE_IT_LASTS.includes(kind)) broken('L5', `over, but not cleared: ${subject}`);
  // Where no worker dies and no answer is lost, nobody is told anything twice.
  const words = published.map(({ id, state, at, again = 0 }) => `${id} ${state} ${at} ${again}`);
  if (undisturbed && new Set(words).size !== words.length) broken('L5', 'people are told the same twice');
  for (const { key } of world.strays) {
    const about = open.filter(({ kind, body }) => kind === 'file-ignored' && body.includes(key));
    if (about.length !== 1) broken('L5', `${key} is no product file, and ${about.length} alerts say so`);
  }
  for (const catalog of Object.keys(world.catalogs)) checkSyncs(facts, catalog, published);
};

/** A day after all work has ended: what is still open was said again, and notices were not. */
export const checkSaidAgain = ({ broken }: Facts, published: readonly Alert[]): void => {
  for (const { kind, state, subject, again = 0 } of openLastWords(published).all()) {
    if (NOTICES.includes(kind) && again > 0) broken('L5', `a notice is said again: ${subject}`);
    if (!NOTICES.includes(kind) && state === 'open' && again === 0) broken('L5', `never said again: ${subject}`);
  }
};
