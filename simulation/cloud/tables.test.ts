import { openLoop } from './loop.ts';
import { openLuck, type Plan } from './luck.ts';
import { openNetwork } from './network.ts';
import { type Change, openTable } from './tables.ts';

const put = (sk: string, rev: number, more: object = {}) => ({
  kind: 'put' as const,
  rev,
  record: { pk: 'p', sk, ...more },
});

const opened = (plan: Plan = { kind: 'only', these: new Set() }) => {
  const loop = openLoop(0);
  const luck = openLuck(1, plan, 0, loop.now);
  const network = openNetwork(
    loop,
    luck,
    () => {},
    () => {},
  );
  const changes: Change[] = [];
  const table = openTable('publish', network, luck, loop.now, (change) => changes.push(change));
  const own = table.ownedBy({ label: 'publish.work', alive: () => true, die: () => {} });
  /** The loop turns until an answer is there. */
  const answered = async <A>(promise: Promise<A>): Promise<A> => {
    await loop.run(loop.now() + 60_000);
    return promise;
  };
  return { loop, table, own, changes, answered };
};

describe('a table', () => {
  test('tells of each write that went through, with what was there before, and of no other', async () => {
    const { table, changes } = opened();
    expect(await table.truth.write([put('a', 0, { state: 'new' }), put('b', 0)])).toBe(true);
    expect(await table.truth.write([put('a', 1, { state: 'old' }), { kind: 'check', pk: 'p', sk: 'b', rev: 1 }])).toBe(
      true,
    );
    expect(await table.truth.write([put('a', 1, { state: 'lost' })])).toBe(false);
    expect(await table.truth.write([{ kind: 'delete', pk: 'p', sk: 'b', rev: 1 }])).toBe(true);
    expect(changes.map(({ before, after }) => [before?.state ?? before?.rev, after?.state ?? after?.rev])).toEqual([
      [undefined, 'new'],
      [undefined, 1],
      ['new', 'old'],
      [1, undefined],
    ]);
    expect([table.peek('p', 'a')?.rev, table.peek('p', 'b')]).toEqual([2, undefined]);
  });

  test('says what is due first', async () => {
    const { table } = opened();
    expect(table.firstDue()).toBe(Number.POSITIVE_INFINITY);
    await table.truth.write([
      put('a', 0, { dueOf: 'x', dueAt: 70 }),
      put('b', 0, { dueOf: 'x', dueAt: 50 }),
      put('c', 0),
    ]);
    expect(table.firstDue()).toBe(50);
    await table.truth.write([put('b', 1)]);
    expect(table.firstDue()).toBe(70);
  });

  test('is reached by its owner over the network: a write that is done twice fails its own condition', async () => {
    const { table, own, answered } = opened({ kind: 'nth', call: 0, fault: 'duplicate' });
    expect(await answered(own.write([put('a', 0)]))).toBe(false);
    expect(table.peek('p', 'a')?.rev).toBe(1);
    expect(await answered(own.get('p', 'a'))).toMatchObject({ rev: 1 });
  });

  test('has an index that may be behind, for a while', async () => {
    const { own, table, answered } = opened({
      kind: 'only',
      these: new Set(['stale-index publish x#0', 'stale-index publish x#1', 'stale-index publish x#2']),
    });
    await table.truth.write([put('a', 0, { dueOf: 'x', dueAt: 0 })]);
    expect(await answered(own.due('x', 10, 5))).toEqual([]);
    expect(await answered(own.due('x', 10, 5))).toHaveLength(1);
    await table.truth.write([put('a', 1, { dueOf: 'x', dueAt: 0 })]);
    expect(await answered(own.due('x', 10, 5))).toEqual([]);
  });

  test('counts what was written', async () => {
    const { table } = opened();
    await table.truth.write([put('a', 0), put('b', 0)]);
    await table.truth.write([put('a', 0)]);
    expect(table.writes()).toBe(1);
  });

  test('gives its records by their names', async () => {
    const { own, table, answered } = opened();
    await table.truth.write(['b2', 'a', 'b1', 'b3'].map((sk) => put(sk, 0)));
    const names = async (prefix?: string): Promise<string[]> => {
      const found = [];
      for await (const { sk } of own.query('p', prefix)) found.push(sk);
      return found;
    };
    expect(await answered(names())).toEqual(['a', 'b1', 'b2', 'b3']);
    expect(await answered(names('b'))).toEqual(['b1', 'b2', 'b3']);
  });
});
