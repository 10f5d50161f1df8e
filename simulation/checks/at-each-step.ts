/** The invariants that can be broken at any moment, looked at when something is written, sent or removed. */
import { kindOf, type Owner, stateOf, transitionAllowed } from '../../shared/records/states.ts';
import type { Change } from '../cloud/tables.ts';
import type { Post } from '../meta/meta.ts';
import { type Facts, type Landed, type Reference, recordOf, storedJson, syncSk } from './facts.ts';

const HOUR = 3_600_000;
/** A claim that was made before a pause may still send until its lease is over. */
const LEASE_MS = 5 * 60_000;

const activeSync = (facts: Facts, catalog: string): number =>
  Number(recordOf(facts, 'ingest', `catalog#${catalog}`, 'catalog')?.active ?? 0);
const pointerSync = (facts: Facts, catalog: string): number =>
  Number(recordOf(facts, 'transform', `pointer#${catalog}`, 'pointer')?.sync ?? 0);

/** I9: each record of a kind with states moves along its transitions. */
const checkStates = ({ broken }: Facts, { table, before, after }: Change): void => {
  const kind = after === undefined ? undefined : kindOf(table as Owner, after);
  if (kind === undefined || after === undefined) return;
  const from = before === undefined ? null : stateOf(kind, before);
  const to = stateOf(kind, after);
  if (!transitionAllowed(kind, from, to)) broken('I9', `${kind} ${after.pk} ${after.sk}: ${from} → ${to}`);
};

/** I6: at most one sync between open and settled. */
const checkCatalog = (facts: Facts, { before, after }: Change): void => {
  if (after === undefined || !after.pk.startsWith('catalog#')) return;
  const catalog = after.pk.slice('catalog#'.length);
  const [was, is] = [Number(before?.active ?? 0), Number(after.active ?? 0)];
  if (was === is) return;
  if (was !== 0 && is !== 0) facts.broken('I6', `${catalog}: sync ${is} opens while ${was} is active`);
  if (is !== 0 && is !== Number(before?.last ?? 0) + 1)
    facts.broken('I6', `${catalog}: sync ${is} follows ${before?.last}`);
  if (is !== 0 && pointerSync(facts, catalog) !== is - 1)
    facts.broken('I6', `${catalog}: sync ${is} opens before ${is - 1} is settled`);
  if (is === 0 && pointerSync(facts, catalog) < was)
    facts.broken('I6', `${catalog}: sync ${was} ends and is not settled`);
};

interface Report {
  status: string;
  rows: Record<string, number>;
  files: {
    key: string;
    versionId: string;
    outcome: string;
    why: string | null;
    landed: number;
    valid: number;
    rejected: number;
    reportKey: string | null;
  }[];
  errors: { id: string; code: string | null; message: string; remedy: string }[];
}

/** Codes that say something about us or about Meta, never about an item. */
const NOT_ABOUT_ITEMS = /^(?:190|102|10|200|2500|80014|80009|4|17|32|613|2|368)(?:\/|$)/;

/** I1 and I10: the report of a sync, when it settles, against the reference. */
const checkReport = (facts: Facts, catalog: string, sync: number, reference: Reference, report: Report): void => {
  const { broken } = facts;
  const where = `${catalog} ${sync}`;
  const { counts, refused } = reference.foldOf(sync);
  const {
    landed = 0,
    valid = 0,
    rejected = 0,
    superseded = 0,
    unchanged = 0,
    accepted = 0,
    errored = 0,
    held = 0,
    carried = 0,
  } = report.rows;
  if (landed !== valid + rejected || valid !== superseded + unchanged + accepted + errored + held + carried) {
    broken('I1', `${where}: the rows do not add up: ${JSON.stringify(report.rows)}`);
  }
  if (held !== 0) broken('I1', `${where}: ${held} rows are held in a settled sync`);
  const expected = report.status === 'settled' ? counts : { landed: 0, valid: 0, rejected: 0 };
  if (landed !== expected.landed || valid !== expected.valid || rejected !== expected.rejected) {
    broken('I1', `${where}: rows ${JSON.stringify(report.rows)}, but the files hold ${JSON.stringify(expected)}`);
  }
  for (const [place, file] of report.files.entries()) {
    const wanted = refused.has(place) || report.status !== 'settled' ? 'refused' : 'archived';
    if (file.outcome !== wanted) broken('I1', `${where}: ${file.key} is ${file.outcome} instead of ${wanted}`);
    if (file.outcome === 'refused' && !file.why) broken('I10', `${where}: ${file.key} is refused without a reason`);
    if (file.rejected > 0 && file.outcome === 'archived') {
      const findings = storedJson<{ findings: { code: string; severity: string; message: string; remedy: string }[] }>(
        facts,
        file.reportKey,
      );
      const reasons =
        findings?.findings.filter(
          ({ severity, code, message, remedy }) => severity === 'error' && code && message && remedy,
        ) ?? [];
      if (reasons.length < file.rejected)
        broken('I10', `${where}: ${file.key} has ${file.rejected} rejected rows and ${reasons.length} reasons`);
    }
  }
  for (const { id, code, message, remedy } of report.errors) {
    if (!message || !remedy) broken('I10', `${where}: ${id} is errored without a reason or a remedy`);
    if (code !== null && NOT_ABOUT_ITEMS.test(code)) broken('I10', `${where}: ${id} is errored with code ${code}`);
  }
};

/** The pointer moves from n−1 to n, and with it the reference. */
const checkPointer = (facts: Facts, references: ReadonlyMap<string, Reference>, { before, after }: Change): void => {
  const { broken } = facts;
  if (after === undefined || !after.pk.startsWith('pointer#')) return;
  const catalog = after.pk.slice('pointer#'.length);
  const reference = references.get(catalog);
  const sync = Number(after.sync);
  if (reference === undefined) {
    broken('I12', `a pointer of no catalog: ${after.pk}`);
    return;
  }
  if (sync !== Number(before?.sync ?? 0) + 1)
    broken('I6', `${catalog}: the pointer goes from ${before?.sync ?? 0} to ${sync}`);
  const active = activeSync(facts, catalog);
  const report = storedJson<Report>(facts, after.reportKey);
  if (active !== sync) broken('I6', `${catalog}: ${sync} settles while ${active} is active`);
  else if (report === undefined) broken('I1', `${catalog} ${sync} settles without a report`);
  else {
    checkReport(facts, catalog, sync, reference, report);
    reference.settle(sync, report.status === 'settled');
  }
};

/** I3: before a landed version goes, its copy is there, whole, and its sync is settled. */
const checkDeleting = async (facts: Facts, { key, versionId, catalog }: Landed): Promise<void> => {
  const { broken, landing } = facts;
  const original = await landing.truth.read(key, versionId);
  if (original === undefined) return;
  const file = recordOf(facts, 'ingest', `file#${catalog}`, `${key}#${versionId}`);
  const sync = Number(file?.sync ?? 0);
  if (sync === 0 || pointerSync(facts, catalog) < sync)
    return broken('I3', `${key} ${versionId} goes before its sync ${sync} is settled`);
  for await (const version of landing.truth.versions('')) {
    if (version.key.startsWith('data/')) continue;
    const copy = await landing.truth.head(version.key, version.versionId);
    if (copy?.metadata['source-version'] !== versionId || !version.key.includes(nameBelow(key))) continue;
    const text = await landing.truth.read(version.key, version.versionId);
    if (text !== undefined && Buffer.compare(text, original) === 0) return;
  }
  broken('I3', `${key} ${versionId} goes and no copy of it is there`);
};

/** The path below data/ without its ending: what every name of a copy holds. */
const nameBelow = (key: string): string => key.slice('data/'.length).replace(/\.csv(\.gz)?$/i, '');

/** Everything about a POST that can be wrong when it arrives. */
const openPostCheck = (facts: Facts, references: ReadonlyMap<string, Reference>) => {
  const { world, broken, now } = facts;
  const times = new Map<string, number[]>();
  const pausedSince = new Map<string, number>();
  const catalogs = new Map(Object.entries(world.catalogs).map(([name, { metaCatalogId }]) => [metaCatalogId, name]));

  const checkLimits = (catalog: string, { body, requests }: Pick<Post, 'body' | 'requests'>): void => {
    const settings = world.catalogs[catalog]!.settings as { maxItems: number; callsPerHour: number };
    if (requests.length > settings.maxItems) broken('I7', `${catalog}: ${requests.length} items in a call`);
    if (new Set(requests.map(({ data }) => data.id)).size !== requests.length)
      broken('I6', `${catalog}: a product twice in a call`);
    if (body.length > 20_000_000) broken('I7', `${catalog}: ${body.length} bytes in a call`);
    const calls = [...(times.get(catalog) ?? []).filter((time) => time > now() - HOUR), now()];
    times.set(catalog, calls);
    // Workers whose clocks differ see an hour that is longer by as much.
    const most = settings.callsPerHour * (1 + (2 * world.skewMs) / HOUR) + 1;
    if (calls.length > most) broken('I7', `${catalog}: ${calls.length} calls within an hour`);
  };
  const checkGuards = (catalog: string, sync: number, { leftAt }: Pick<Post, 'leftAt'>): void => {
    const paused = pausedSince.get(catalog);
    if (paused !== undefined && leftAt > paused + LEASE_MS + 2 * world.skewMs)
      broken('I8', `${catalog}: a call leaves while paused`);
    const plan = recordOf(facts, 'transform', `plan#${catalog}`, syncSk(sync));
    if (plan?.state !== 'planned' && plan?.state !== 'approved')
      broken('I8', `${catalog} ${sync}: a call leaves, but its plan is ${String(plan?.state)}`);
    const gate = (world.catalogs[catalog]!.settings.gate ?? { deletesShare: 0.05, deletesCount: 10 }) as {
      deletesShare: number;
      deletesCount: number;
    };
    const reference = references.get(catalog);
    if (plan?.state !== 'planned' || reference === undefined || reference.settled() !== sync - 1) return;
    const shown = facts.meta.items(world.catalogs[catalog]!.metaCatalogId);
    const ended = reference.foldOf(sync).ended.filter((id) => shown.has(id)).length;
    const base = reference.state().products.size;
    if (ended > gate.deletesCount && ended / base > gate.deletesShare)
      broken('I8', `${catalog} ${sync}: ${ended} of ${base} products are to go, and nobody was asked`);
  };
  const checkContent = (catalog: string, sync: number, { requests, body }: Pick<Post, 'requests' | 'body'>): void => {
    const reference = references.get(catalog);
    if (reference === undefined || reference.settled() !== sync - 1) {
      broken('I6', `${catalog}: a call leaves and no sync is active`);
      return;
    }
    const { products } = reference.foldOf(sync);
    for (const { method, data } of requests) {
      const wanted = products.get(data.id);
      const expected = wanted?.data ?? null;
      const wrong =
        method === 'DELETE'
          ? wanted === undefined || expected !== null
          : expected === null || !sameFields(expected, data);
      if (wrong)
        broken(
          'I2',
          `${catalog} ${sync}: ${method} ${JSON.stringify(data)} is sent, but the newest row says ${JSON.stringify(expected)}`,
        );
    }
    if (!facts.stored.has(body)) broken('I5', `${catalog} ${sync}: a body is sent that is not stored`);
  };
  return {
    pause: (catalog: string): void => void pausedSince.set(catalog, now()),
    resume: (catalog: string): void => void pausedSince.delete(catalog),
    posted: (post: Pick<Post, 'catalogId' | 'leftAt' | 'body' | 'requests'>): void => {
      const catalog = catalogs.get(post.catalogId);
      if (catalog === undefined) {
        broken('I5', `a call to a catalog of nobody: ${post.catalogId}`);
        return;
      }
      const sync = activeSync(facts, catalog);
      checkLimits(catalog, post);
      checkGuards(catalog, sync, post);
      checkContent(catalog, sync, post);
    },
  };
};

const sameFields = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

/** All of them together, to be called at every write, call and removal. */
export const openStepChecks = (facts: Facts, references: ReadonlyMap<string, Reference>) => {
  const posts = openPostCheck(facts, references);
  return {
    ...posts,
    changed: (change: Change): void => {
      checkStates(facts, change);
      checkCatalog(facts, change);
      checkPointer(facts, references, change);
    },
    deleting: async (key: string, versionId: string): Promise<void> => {
      const landed = facts.landed.get(`${key} ${versionId}`);
      if (landed !== undefined) await checkDeleting(facts, landed);
    },
  };
};
