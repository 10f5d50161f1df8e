import { silentLog } from '../adapters/memory/index.ts';
import { epochMs } from '../catalog/instant.ts';
import type { CatalogName, SyncNumber } from '../catalog/sync.ts';
import { type Said, say } from '../events/define.ts';
import { FileIgnored, FilesLanded, HandleFinished } from '../events/index.ts';
import { describeError, onQueue, type Parked, type QueueRecord, type Work } from './on-queue.ts';

const at = { cause: null, at: epochMs(1_700_000_000_000) };
const sync = (n: number, catalog = 'default') => ({ catalog: catalog as CatalogName, sync: n as SyncNumber });
const landed = (n: number, catalog?: string): Said => say(FilesLanded, sync(n, catalog), { files: 1 }, at);
const finished = (batchId: string): Said =>
  say(HandleFinished, sync(1), { ...HandleFinished.example, batchId, errors: 0 }, at);
const ignored = (key: string): Said => say(FileIgnored, sync(0), { key }, at);

const body = ({ source, name, detail }: Said): string => JSON.stringify({ source, 'detail-type': name, detail });
const tick = JSON.stringify({ source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} });
const message = (messageId: string, what: Said | string): QueueRecord => ({
  messageId,
  body: typeof what === 'string' ? what : body(what),
});

/** Remembers what it was called with; `breaks` says at which syncs, or at the tick, it fails. */
const worker = (breaks: (number | 'tick' | 'park')[] = []) => {
  const worked: string[] = [];
  const parked: Parked[] = [];
  let ticks = 0;
  const work: Work = {
    onSync: async ({ catalog, sync: n }, { name, data }) => {
      if (breaks.includes(n)) throw new Error(`sync ${n} cannot be worked on`);
      worked.push(`${name} ${catalog} ${n} ${JSON.stringify(data)}`);
    },
    onTick: async () => {
      if (breaks.includes('tick')) throw new Error('the sweep failed');
      ticks += 1;
    },
    park: async (one) => {
      if (breaks.includes('park')) throw new Error('no bucket');
      parked.push(one);
    },
    log: silentLog,
  };
  return { work, worked, parked, ticks: () => ticks };
};
const failedOf = (answer: { batchItemFailures: { itemIdentifier: string }[] }): string[] =>
  answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

describe('a function fed by a queue', () => {
  test('works on each sync that it hears of', async () => {
    const { work, worked } = worker();
    const answer = await onQueue(
      { Records: [message('a', landed(1)), message('b', landed(2)), message('c', landed(2, 'shoes'))] },
      work,
    );
    expect(failedOf(answer)).toEqual([]);
    expect(worked).toEqual([
      'FilesLanded default 1 {"files":1}',
      'FilesLanded default 2 {"files":1}',
      'FilesLanded shoes 2 {"files":1}',
    ]);
  });

  test('gives back only the message that failed', async () => {
    const { work, worked } = worker([2]);
    const answer = await onQueue(
      { Records: [message('a', landed(1)), message('b', landed(2)), message('c', landed(3))] },
      work,
    );
    expect(failedOf(answer)).toEqual(['b']);
    expect(worked).toHaveLength(2);
  });

  test('works once on a word that was said twice, and gives back both messages when that fails', async () => {
    const well = worker();
    await onQueue({ Records: [message('a', landed(1)), message('b', landed(1))] }, well.work);
    expect(well.worked).toHaveLength(1);

    const ill = worker([1]);
    const answer = await onQueue({ Records: [message('a', landed(1)), message('b', landed(1))] }, ill.work);
    expect(failedOf(answer)).toEqual(['a', 'b']);
  });

  test('works once on a sync that several words are about, as the tables say what there is to do', async () => {
    const { work, worked } = worker();
    const words = [
      finished('default-000001-a'),
      finished('default-000001-b'),
      landed(1),
      landed(2),
      landed(1, 'shoes'),
    ];
    await onQueue({ Records: words.map((word, n) => message(String(n), word)) }, work);
    expect(worked).toHaveLength(3);
  });

  test('takes words that ask for two things for two, where the words say what there is to do', async () => {
    const { work, worked } = worker();
    const words = [
      finished('default-000001-a'),
      finished('default-000001-b'),
      ignored('data/one.xlsx'),
      ignored('data/two.xlsx'),
      ignored('data/two.xlsx'),
    ];
    await onQueue(
      { Records: words.map((word, n) => message(String(n), word)) },
      { ...work, asksFor: (_, { data }) => JSON.stringify(data) },
    );
    expect(worked).toHaveLength(4);
  });

  test('sweeps once a batch, after the hints, however often it ticks', async () => {
    const { work, worked, ticks } = worker();
    const answer = await onQueue({ Records: [message('a', tick), message('b', landed(1)), message('c', tick)] }, work);
    expect([failedOf(answer), worked.length, ticks()]).toEqual([[], 1, 1]);
  });

  test('gives the ticks back when the sweep fails', async () => {
    const { work } = worker(['tick']);
    expect(failedOf(await onQueue({ Records: [message('a', tick), message('b', landed(1))] }, work))).toEqual(['a']);
  });

  test.each([
    ['no JSON', 'not-an-event', 'not JSON'],
    ['no event', 'not-an-event', '{"hello":"world"}'],
    ['an event that nobody defined', 'unknown-event', body({ ...landed(1), name: 'FilesFlew' })],
    [
      'an event from another service than its own',
      'unknown-event',
      body({ ...landed(1), source: 'catalog-sync.evil' }),
    ],
    [
      'a version that we do not know',
      'unknown-version',
      body({ ...landed(1), detail: { ...landed(1).detail, version: 99 } }),
    ],
    [
      'a catalog that is no name',
      'malformed',
      body({ ...landed(1), detail: { ...landed(1).detail, catalog: '../x' as CatalogName } }),
    ],
    ['a sync that is no number', 'malformed', body({ ...landed(1), detail: { ...landed(1).detail, sync: -1 } })],
  ])('parks %s and takes it off the queue', async (_what, why, text) => {
    const { work, worked, parked } = worker();
    const answer = await onQueue({ Records: [message('a', text), message('b', landed(1))] }, work);
    expect(failedOf(answer)).toEqual([]);
    expect(worked).toHaveLength(1);
    expect(parked).toEqual([expect.objectContaining({ why, body: text })]);
  });

  test('parks the same message under the same name each time', async () => {
    const { work, parked } = worker();
    await onQueue({ Records: [message('a', 'x'), message('b', 'x'), message('c', 'y')] }, work);
    expect(parked[0]?.hash).toBe(parked[1]?.hash);
    expect(parked[0]?.hash).not.toBe(parked[2]?.hash);
  });

  test('parks a replayed event under the name that it had: a replay of what nobody can read tells nobody again', async () => {
    const { work, parked } = worker();
    const unknown = { ...landed(1), detail: { ...landed(1).detail, version: 99 } };
    await onQueue({ Records: [message('a', body(unknown))] }, work);
    await onQueue(
      { Records: [message('b', JSON.stringify({ ...JSON.parse(body(unknown)), 'replay-name': 'again' }))] },
      work,
    );
    expect(parked.map(({ hash }) => hash)).toEqual([parked[0]?.hash, parked[0]?.hash]);
  });

  test('keeps a message that it could not park', async () => {
    const { work } = worker(['park']);
    expect(failedOf(await onQueue({ Records: [message('a', 'x'), message('b', landed(1))] }, work))).toEqual(['a']);
  });

  test('works on all hints of a batch at once where that is asked for', async () => {
    let begun = 0;
    let allBegun = () => {};
    const all = new Promise<void>((resolve) => {
      allBegun = resolve;
    });
    const work: Work = {
      ...worker().work,
      concurrent: true,
      onSync: async () => {
        begun += 1;
        if (begun === 2) allBegun();
        await all;
      },
    };
    expect(failedOf(await onQueue({ Records: [message('a', landed(1)), message('b', landed(2))] }, work))).toEqual([]);
  });
});

describe('an error, described for operators', () => {
  test('names its causes', () => {
    const error = new Error('the sync stands', { cause: new Error('the table is gone') });
    expect(describeError(error)).toMatch(/the sync stands[\s\S]*← [\s\S]*the table is gone/);
  });

  test('names each of several', () => {
    const error = new AggregateError([new Error('one'), new Error('two')], '2 failed');
    expect(describeError(error)).toMatch(/2 failed: [\s\S]*one[\s\S]*two/);
  });
});
