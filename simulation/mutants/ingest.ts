import { at, type Mutant } from './mutant.ts';

const archiveFile = at('services/ingest/src/archive-file.ts');
const files = at('services/ingest/src/files.ts');
const functions = at('services/ingest/src/functions.ts');
const noteLanded = at('services/ingest/src/note-landed.ts');
const work = at('services/ingest/src/work.ts');

export const ingestMutants: readonly Mutant[] = [
  {
    name: 'deleted-before-copied',
    sentence: 'a landed object is deleted before its copy is verified',
    patches: [
      archiveFile(
        '  const at = await copyAside(',
        '  await landing.deleteVersion(file.key, file.versionId);\n  const at = await copyAside(',
      ),
    ],
    shows: ['I3', 'L1'],
  },
  {
    name: 'one-archive-name',
    sentence: 'copies of two versions of one key share a name in the archive',
    patches: [
      archiveFile(
        'if (copy === undefined || copy.metadata[SOURCE_VERSION] !== file.versionId) continue;',
        'if (copy !== undefined) return to;',
      ),
    ],
    shows: ['I3'],
  },
  {
    name: 'second-sync',
    sentence: 'a second sync opens beside the active one',
    patches: [
      work('  if (read.value.active !== 0) return;\n  if (!noted) await noteLanded', '  if (!noted) await noteLanded'),
    ],
    shows: ['I6'],
  },
  {
    name: 'order-by-event-time',
    sentence: 'the order of a file is when its event came',
    patches: [
      files(
        'explicitInstant(info.metadata) ?? info.lastModified;\n  return {',
        'explicitInstant(info.metadata) ?? needs.clock.now();\n  return {',
      ),
    ],
    shows: ['I2', 'L2', 'I1', 'L6'],
  },
  {
    name: 'ties-by-version-id',
    sentence: 'two versions of one key in one second are ordered by their version ids',
    patches: [
      files('same.reverse().findIndex(', 'same.toSorted((a, b) => (a.versionId < b.versionId ? -1 : 1)).findIndex('),
    ],
    shows: ['I2', 'L2'],
  },
  {
    name: 'carried-not-due',
    sentence: 'ingest is not told when carried rows are due',
    patches: [work('pointer.due !== null && pointer.due <= now;', 'pointer.due !== null && pointer.due < 0;')],
    shows: ['L6'],
  },
  {
    name: 'event-believed',
    sentence: 'ingest believes SyncSettled without reading the pointer',
    patches: [
      functions(
        'onSync: ({ catalog }, { id }) => workOn(catalog, id, needs())',
        'onSync: ({ catalog }, { id, name }) => workOn(catalog, name === "SyncSettled" ? name : id, needs())',
      ),
      work(
        'if (pointer.sync >= ref.sync) return end(',
        'if (pointer.sync >= ref.sync || (cause === "SyncSettled" && pointer.reportKey !== null)) return end(',
      ),
    ],
    shows: ['I6', 'I3'],
  },
  {
    name: 'failed-sync-ended-alone',
    sentence: 'ingest ends a failed sync without the pointer having moved',
    patches: [
      work(
        '  if (pointer.sync >= ref.sync) return end(',
        `  const judged = await needs.validate.get(syncKey(ref).pk, syncKey(ref).sk);
  if (judged?.state === 'failed') {
    await needs.table.write([{ kind: 'put', rev: read.rev, record: { ...catalogKey(catalog), ...read.value, active: 0 } }]);
    return open(catalog, cause, needs, true);
  }
  if (pointer.sync >= ref.sync) return end(`,
      ),
    ],
    shows: ['I6', 'I3', 'L1', 'L6'],
  },
  {
    name: 'files-marked-late',
    sentence: 'files are marked only after the active sync has ended',
    patches: [
      work(
        '  const report = await readStoredJson(SyncReport, work, pointer.reportKey);\n  for (const file',
        '  const report = await readStoredJson(SyncReport, work, pointer.reportKey);\n  const mark = async () => { for (const file',
      ),
      work(
        '  const catalog = await readCatalog(ref.catalog, needs);\n',
        '  };\n  const catalog = await readCatalog(ref.catalog, needs);\n',
      ),
      work("  if (!ended) return;\n  log.info('ended'", "  if (!ended) return;\n  await mark();\n  log.info('ended'"),
    ],
    shows: ['L6', 'L1', 'L2', 'L3', 'L4', 'I9'],
  },
  {
    name: 'asks-lost-when-opening',
    sentence: 'what people asked for is lost when a sync opens',
    patches: [work('asks: read.value.asks,\n    reportKey', 'asks: [],\n    reportKey')],
    shows: ['L1'],
  },
  {
    name: 'asks-lost-when-failing',
    sentence: 'what people asked for is lost when a sync is discarded',
    patches: [work("report.status === 'settled' ? [] : sync.value.asks", '[]')],
    shows: ['L1'],
  },
  {
    name: 'landing-not-swept',
    sentence: 'a file whose event was lost is never looked for',
    patches: [
      noteLanded(
        'landing.versions(catalog === undefined ? LANDING_ZONE : folderOf(catalog))',
        "landing.versions('nowhere/')",
      ),
    ],
    shows: ['L6', 'L1'],
  },
  {
    name: 'ignored-said-once',
    sentence: 'what is no product file is reported once, whether or not anybody heard it',
    patches: [
      noteLanded(
        'if ((await monitor.get(alert.pk, alert.sk)) !== undefined) {',
        'if ((await monitor.get(alert.pk, alert.sk)) !== undefined || marked !== undefined) {',
      ),
    ],
    shows: ['L5'],
  },
];
