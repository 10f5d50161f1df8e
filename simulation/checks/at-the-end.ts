/** What must hold once faults have stopped and work has ended. */
import { temperOf } from '../meta/handles.ts';
import { CANARY, type Post } from '../meta/meta.ts';
import type { Ask } from '../people.ts';
import { type Facts, knownState, type Reference, recordOf } from './facts.ts';
import { isWithoutEnd } from './reports.ts';

/** L1 and L4: every landed version is put away, once, unchanged; nothing is left where files land. */
export const checkFiles = async (facts: Facts): Promise<void> => {
  const { broken, landing } = facts;
  for (const { key, versionId, catalog } of facts.landed.values()) {
    const record = recordOf(facts, 'ingest', `file#${catalog}`, `${key}#${versionId}`);
    if (record?.state !== 'archived') {
      broken('L1', `${key} ${versionId} is ${String(record?.state ?? 'not known')}`);
      continue;
    }
    const copy = typeof record.at === 'string' ? landing.peek(record.at) : undefined;
    if (copy === undefined) broken('L1', `${key} ${versionId} is archived, but nothing is at ${String(record.at)}`);
    if (record.to === 'refused' && typeof record.reportAt !== 'string')
      broken('L5', `${key} ${versionId} is refused without a report`);
  }
  for await (const { key } of landing.truth.versions('data/')) {
    if (/\.csv$/.test(key)) broken('L4', `${key} still lies in the landing zone`);
  }
};

/** L2: what each catalog shows, product by product. */
export const checkCatalogs = (facts: Facts, references: ReadonlyMap<string, Reference>): void => {
  for (const [catalog, reference] of references) {
    const { metaCatalogId, settings } = facts.world.catalogs[catalog]!;
    const shown = facts.meta.items(metaCatalogId);
    const posts = facts.meta.posts.filter((post) => post.catalogId === metaCatalogId);
    const known = knownState(facts, catalog).outcomes;
    const { products } = reference.state();
    for (const id of shown.keys())
      if (!products.has(id)) facts.broken('L2', `${catalog} shows ${id}, which no file names`);
    for (const [id, { data }] of products) {
      const item = shown.get(id);
      if (known.get(id) === 'parked') {
        const unknown = posts.filter((post) =>
          isWithoutEnd(post, id, Number(settings.stuckAfterMinutes), facts.world.skewMs),
        );
        if (unknown.length < 3)
          facts.broken('L2', `${catalog}: ${id} is given up though Meta was not asked three times in vain`);
      } else if (data === null) {
        if (item !== undefined) facts.broken('L2', `${catalog} still shows ${id}`);
      } else if (isRefused(id, data, posts)) {
        if (item !== undefined && !wasAccepted(posts, id, item))
          facts.broken('L2', `${catalog}: ${id} shows what was never taken: ${JSON.stringify(item)}`);
      } else if (item === undefined || !showsAll(item, data)) {
        facts.broken('L2', `${catalog}: ${id} should show ${JSON.stringify(data)} and shows ${JSON.stringify(item)}`);
      }
    }
  }
};

const showsAll = (item: Readonly<Record<string, string>>, data: Readonly<Record<string, string>>): boolean =>
  Object.entries(data).every(([name, value]) => item[name] === value);

/** Meta's word by the row alone; one that it refused for a while counts as refused until it was sent again. */
const isRefused = (id: string, data: Readonly<Record<string, string>>, posts: readonly Post[]): boolean => {
  const temper = temperOf({ method: 'UPDATE', data: { ...data, id } });
  if (temper !== 'unripe') return temper !== '';
  const last = posts.findLast(({ batch }) => batch?.requests.some((request) => request.data.id === id));
  const place = last?.batch?.requests.findIndex((request) => request.data.id === id) ?? -1;
  return last?.batch?.refused.includes(place) ?? true;
};

const wasAccepted = (posts: readonly Post[], id: string, item: Readonly<Record<string, string>>): boolean =>
  posts.some(({ batch }) => batch?.requests.some(({ data }) => data.id === id && showsAll(item, data)));

/** L3: no lease, timer, embargo or carried row is left. */
export const checkLeftovers = (facts: Facts): void => {
  const { broken, tables, world } = facts;
  for (const [name, table] of Object.entries(tables)) {
    for (const record of table.records()) {
      if (record.dueOf !== undefined) broken('L3', `${name}: ${record.pk} ${record.sk} is still due`);
      if (record.state === 'sending' && record.pk.startsWith('batches#'))
        broken('L3', `${record.sk} is still being sent`);
    }
  }
  for (const catalog of Object.keys(world.catalogs)) {
    const pointer = recordOf(facts, 'transform', `pointer#${catalog}`, 'pointer');
    const { carried } = knownState(facts, catalog);
    if (pointer !== undefined && pointer.due !== null) broken('L3', `${catalog}: rows are still carried`);
    if (carried > 0) broken('L3', `${catalog}: ${carried} rows are still carried`);
    const active = Number(recordOf(facts, 'ingest', `catalog#${catalog}`, 'catalog')?.active ?? 0);
    if (active !== 0) broken('L3', `${catalog}: sync ${active} is still active`);
  }
};

/** I11: the token is in nothing that was written, said or logged. */
export const checkSecrecy = (facts: Facts, elsewhere: string): void => {
  const { broken, tables, landing, work, synced } = facts;
  for (const table of Object.values(tables)) {
    if (JSON.stringify(table.records()).includes(CANARY)) broken('I11', `the table of ${table.name} holds the token`);
  }
  for (const bucket of [landing, work, synced]) {
    for (const [key, text] of Object.entries(bucket.texts()))
      if (text.includes(CANARY)) broken('I11', `${key} holds the token`);
  }
  if (elsewhere.includes(CANARY)) broken('I11', 'a log line, an event or an alert holds the token');
};

/** Products whose newest row Meta refused for a while and would take now, catalog by catalog. */
export const ripeAndRefused = (facts: Facts, references: ReadonlyMap<string, Reference>): [string, string[]][] =>
  [...references].flatMap(([catalog, reference]): [string, string[]][] => {
    const shown = facts.meta.items(facts.world.catalogs[catalog]!.metaCatalogId);
    const ids = [...reference.state().products].flatMap(([id, { data }]) => {
      const unripe = data !== null && temperOf({ method: 'UPDATE', data: { ...data, id } }) === 'unripe';
      return unripe && !showsAll(shown.get(id) ?? {}, data) ? [id] : [];
    });
    return ids.length === 0 ? [] : [[catalog, ids]];
  });

/** What a product should be, when its last known outcome is a refusal of just that; undefined else. */
export const refusedWish = (facts: Facts, references: ReadonlyMap<string, Reference>, catalog: string, id: string) => {
  const outcome = knownState(facts, catalog).outcomes.get(id);
  const refused = outcome === 'errored' || outcome === 'parked';
  return refused ? references.get(catalog)?.state().products.get(id) : undefined;
};

/** L1: what a person asked for was sent again, unless something newer has come, or it was taken meanwhile. */
export const checkAsks = (facts: Facts, references: ReadonlyMap<string, Reference>, asks: readonly Ask[]): void => {
  for (const { catalog, id, at, wanted } of asks) {
    const { metaCatalogId } = facts.world.catalogs[catalog]!;
    if (wanted === undefined || references.get(catalog)?.state().products.get(id) !== wanted) continue;
    const sent = facts.meta.posts.some(
      (post) => post.catalogId === metaCatalogId && post.at >= at && post.requests.some(({ data }) => data.id === id),
    );
    const item = facts.meta.items(metaCatalogId).get(id);
    const isThere = wanted.data === null ? item === undefined : showsAll(item ?? {}, wanted.data);
    if (!sent && !isThere) facts.broken('L1', `${catalog}: ${id} was asked for again and never sent`);
  }
};
