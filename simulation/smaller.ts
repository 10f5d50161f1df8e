/** Worlds with less in them, in which the truth about what is left stays true. */
import type { Upload, World } from './shop/world.ts';

/** All ways of leaving something out of a list: halves first, then smaller parts, at last single ones. */
export function* without<A>(list: readonly A[]): Generator<readonly A[]> {
  for (let size = Math.ceil(list.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < list.length; at += size) yield [...list.slice(0, at), ...list.slice(at + size)];
  }
}

/** Only these uploads. A reprocess goes by its upload's place: it moves with it, or goes. */
const withUploads = (world: World, kept: readonly Upload[]): World => ({
  ...world,
  uploads: kept,
  people: {
    ...world.people,
    reprocesses: world.people.reprocesses.flatMap(({ upload, at }) => {
      const place = kept.indexOf(world.uploads[upload]!);
      return place < 0 ? [] : [{ upload: place, at }];
    }),
  },
});

const withoutCatalog = (world: World, name: string): World => {
  const { [name]: _, ...catalogs } = world.catalogs;
  const rest = withUploads(
    world,
    world.uploads.filter(({ key }) => !key.startsWith(`data/${name}/`)),
  );
  const others = <A extends { catalog: string }>(list: readonly A[]): A[] =>
    list.filter(({ catalog }) => catalog !== name);
  const { pauses, asks, forgeries } = rest.people;
  return {
    ...rest,
    catalogs,
    people: { ...rest.people, pauses: others(pauses), asks: others(asks), forgeries: others(forgeries) },
  };
};

/** Fewer rows; metadata that counts them is as right, or as wrong, as before. */
const withRows = (upload: Upload, rows: Upload['rows']): Upload => {
  const { rows: counted } = upload.metadata;
  if (counted === undefined) return { ...upload, rows };
  const lost = upload.rows.length - rows.length;
  return { ...upload, rows, metadata: { ...upload.metadata, rows: String(Number(counted) - lost) } };
};

/** The upload in the same place, with fewer rows; what is reprocessed is then that one. */
const withUpload = (world: World, place: number, upload: Upload): World => ({
  ...world,
  uploads: world.uploads.with(place, upload),
});

/** What a shop need not say. */
const OPTIONAL = ['gate', 'onBadRow', 'onBadFile'] as const;

function* plainerSettings(world: World): Generator<World> {
  for (const [name, catalog] of Object.entries(world.catalogs)) {
    for (const option of OPTIONAL) {
      if (!(option in catalog.settings)) continue;
      const { [option]: _, ...settings } = catalog.settings;
      yield { ...world, catalogs: { ...world.catalogs, [name]: { ...catalog, settings } } };
    }
  }
}

/** Smaller worlds than this one, each without one thing: what takes most to read goes first. */
export function* smallerWorlds(world: World): Generator<World> {
  const { people, catalogs, uploads } = world;
  for (const less of without(uploads)) yield withUploads(world, less);
  for (const name of Object.keys(catalogs)) if (name !== 'default') yield withoutCatalog(world, name);
  for (const less of without(world.strays)) yield { ...world, strays: less };
  for (const less of without(world.troubles)) yield { ...world, troubles: less };
  for (const part of ['pauses', 'asks', 'reprocesses', 'forgeries', 'replays'] as const) {
    for (const less of without<unknown>(people[part])) yield { ...world, people: { ...people, [part]: less } };
  }
  if (people.retries) yield { ...world, people: { ...people, retries: false } };
  if (world.oddShare > 0) yield { ...world, oddShare: 0 };
  if (world.skewMs > 0) yield { ...world, skewMs: 0 };
  if (world.mixed) yield { ...world, mixed: false };
  const { sizes, ...plain } = world;
  if (sizes !== undefined) yield plain;
  yield* plainerSettings(world);
  for (const [place, upload] of uploads.entries()) {
    for (const rows of without(upload.rows)) {
      // A file without rows is a different story: one that is refused.
      if (rows.length > 0) yield withUpload(world, place, withRows(upload, rows));
    }
  }
}
