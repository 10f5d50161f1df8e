/** What a sync says of itself when it settles, against the reference and against what Meta did. */
import { temperOf } from '../meta/handles.ts';
import type { Post } from '../meta/meta.ts';
import { type Facts, type Reference, storedJson } from './facts.ts';

export interface Report {
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
  carriedRows: Record<string, number>;
  errors: { id: string; stage: string; code: string | null; message: string; remedy: string }[];
}

/** I1, and I10 for rows and files. */
const checkCounts = (facts: Facts, catalog: string, sync: number, reference: Reference, report: Report): void => {
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
};

/** Codes that say something about us or about Meta, never about an item. */
const NOT_ABOUT_ITEMS = /^(?:190|102|10|200|2500|80014|80009|4|17|32|613|2|368)(?:\/|$)/;

/** I1 and I10 for items: what Meta refuses is errored or unknown, with a reason, and nothing else is errored. */
const checkItems = (facts: Facts, catalog: string, sync: number, { errors, rows, carriedRows }: Report): void => {
  const { broken, meta, world } = facts;
  const where = `${catalog} ${sync}`;
  const named = new Set(errors.map(({ id }) => id));
  const { metaCatalogId, settings } = world.catalogs[catalog]!;
  const posts = meta.posts.filter((post) => post.catalogId === metaCatalogId && post.sync === sync);
  const requests = posts.flatMap((post) => post.requests);
  const tempers = new Map(requests.map((request) => [request.data.id, temperOf(request)]));
  for (const [id, temper] of tempers) {
    if (temper !== '' && temper !== 'unripe' && !named.has(id)) {
      broken('I1', `${where}: ${id} counts as accepted, but Meta refuses it (${temper})`);
    }
  }
  const updated = new Set(requests.flatMap(({ method, data }) => (method === 'UPDATE' ? [data.id] : [])));
  const most = [...updated].filter((id) => !named.has(id)).length;
  const accepted = (rows.accepted ?? 0) + (carriedRows.accepted ?? 0);
  if (accepted > most) broken('I1', `${where}: ${accepted} rows count as accepted, but only ${most} items can be`);
  for (const { id, stage, code, message, remedy } of errors) {
    if (!message || !remedy) broken('I10', `${where}: ${id} is errored without a reason or a remedy`);
    if (code !== null && NOT_ABOUT_ITEMS.test(code)) broken('I10', `${where}: ${id} is errored with code ${code}`);
    if (
      stage === 'unknown' &&
      !posts.some((post) => isWithoutEnd(post, id, Number(settings.stuckAfterMinutes), world.skewMs))
    ) {
      broken('I10', `${where}: ${id} counts as unknown, but Meta said what became of it`);
    }
    if (stage !== 'unknown' && tempers.get(id) === '') broken('I10', `${where}: ${id} is errored, but Meta takes it`);
  }
};

/** Whether nobody could know what became of an item of this call in time. */
export const isWithoutEnd = (
  { requests, batch, at }: Post,
  id: string,
  stuckAfterMinutes: number,
  skewMs: number,
): boolean =>
  requests.some(({ data }) => data.id === id) &&
  (batch === null || batch.end !== 'finished' || batch.endsAt - at > stuckAfterMinutes * 60_000 - 2 * skewMs - 60_000);

export const checkReport = (
  facts: Facts,
  catalog: string,
  sync: number,
  reference: Reference,
  report: Report,
): void => {
  checkCounts(facts, catalog, sync, reference, report);
  checkItems(facts, catalog, sync, report);
};
