import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { REPOSITORY } from './harness/command-line.ts';
import { type Exchange, openRecordedMeta, type RecordedMeta } from './harness/recorded-meta.ts';
import { openSandbox, type RunResult, type Sandbox } from './harness/sandbox.ts';

const FOLDER = join(REPOSITORY, 'docs/recorded');

interface Recording {
  recordedAgainst: string;
  graphVersion: string;
  catalogId: string;
  syncs: { landed: { key: string; text: string }[]; exchanges: Exchange[]; result: RunResult }[];
  tidiedUp: Exchange[];
}

const recordings = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name): [string, Recording] => [name, JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Recording]);

/** Alerts are for people: their words may become better without a new recording. */
const withoutWords = ({ alerts: _, ...rest }: RunResult): Omit<RunResult, 'alerts'> => rest;

const posts = (exchanges: readonly Exchange[]): Exchange[] => exchanges.filter(({ method }) => method === 'POST');

// What Meta itself makes of the same files is not for us to say.
test("the emulator's recording shows items that came, one that Meta refused, and two that were ended", () => {
  const [, { syncs }] = recordings.find(([, { recordedAgainst }]) => recordedAgainst === 'emulator')!;
  expect(syncs.map(({ result }) => [result.rows.accepted, result.rows.errored, result.items.deleted])).toEqual([
    [2, 1, 0],
    [1, 0, 2],
  ]);
  for (const { exchanges } of syncs) expect(posts(exchanges)).toHaveLength(1);
});

describe.each(recordings)('as Meta answered in %s', (_name, { syncs, catalogId, graphVersion }) => {
  let meta: RecordedMeta;
  let sandbox: Sandbox;

  beforeAll(async () => {
    meta = await openRecordedMeta(syncs.flatMap(({ exchanges }) => exchanges));
    sandbox = await openSandbox({
      catalogs: { default: { metaCatalogId: catalogId } },
      words: ['--graph-url', meta.url],
      env: { META_GRAPH_VERSION: graphVersion },
    });
  });
  afterAll(async () => {
    await sandbox?.end();
    await meta?.close();
  });

  test('the services send byte for byte what they sent, and the syncs end as they ended', async () => {
    for (const { landed, result } of syncs) {
      const isFull = landed.some(({ key }) => key.startsWith('data/full/'));
      // `run` lands a file under its number and its name.
      const files = await Promise.all(
        landed.map(({ key, text }) => sandbox.file(basename(key).replace(/^\d+-/, ''), text)),
      );
      const again = await sandbox.run([...files, ...(isFull ? ['--full'] : [])]);
      expect(meta.strangers).toEqual([]);
      expect(withoutWords(again.result)).toEqual(withoutWords(result));
    }
    expect(meta.unplayed()).toEqual([]);
  });
});

describe.each(recordings)('the recording %s', (_name, { syncs, tidiedUp }) => {
  test('leaves nothing behind in the catalog', () => {
    const [deletion, ...more] = posts(tidiedUp);
    expect(more).toEqual([]);
    const { requests } = JSON.parse(deletion?.body ?? '') as { requests: { method: string; data: { id: string } }[] };
    const landed = syncs.flatMap(({ landed: files }) =>
      files.flatMap(({ text }) => text.match(/^catalog-sync-doctor-[\w-]+/gm) ?? []),
    );
    expect(requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'DELETE']);
    expect(requests.map(({ data }) => data.id).sort()).toEqual([...new Set(landed)].sort());
    expect(JSON.parse(tidiedUp.at(-1)?.answer ?? '')).toMatchObject({ data: [{ status: 'finished' }] });
  });

  test('holds no secret', () => {
    const text = JSON.stringify({ syncs, tidiedUp });
    expect(text).not.toMatch(/appsecret_proof|access_token=(?!…)|Bearer/);
    expect(text).not.toContain('sandbox-access-token');
  });
});
