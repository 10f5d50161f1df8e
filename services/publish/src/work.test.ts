import { HOUR, MINUTE, SECOND } from '@catalog-sync/shared/catalog/instant.ts';
import { breakerKey } from '@catalog-sync/shared/records/publish.ts';
import { LEASE_MS, TIME_FOR_A_CALL_MS } from './domain/times.ts';
import { DAY, deadToken, finished, handled, ref, START, unhandled, world, wrong } from './test-world.ts';
import { workOn } from './work.ts';

const first = 'default-000001-root0';

/** What became of each item, over all leaves: each id exactly once. */
const fates = async ({ outcomes, work }: Awaited<ReturnType<typeof world>>) => {
  const all: string[] = [];
  for (const leaf of (await outcomes())?.leaves ?? []) {
    const errored = new Set(leaf.errored.map(({ id }) => id));
    for (const line of work.texts()[leaf.entriesKey]!.split('\n')) {
      const { id } = JSON.parse(line) as { id: string };
      all.push(`${id} ${errored.has(id) ? 'errored' : leaf.status === 'unknown' ? 'unknown' : 'accepted'}`);
    }
  }
  return all.sort();
};

describe('a plan goes out', () => {
  test('byte for byte, kept for people before it leaves, and told', async () => {
    const kept: boolean[] = [];
    const at = await world([['A', 'B']], () => {
      kept.push(`${DAY}/default-000001/${first}.json` in at.synced.texts());
      return handled('Ac1');
    });
    await at.go();
    expect(kept).toEqual([true]);
    expect(at.calls[0]!.body).toBe(at.work.texts()[`syncs/default/000001/batches/${first}.json`]);
    expect(at.synced.texts()[`${DAY}/default-000001/${first}.json`]).toBe(at.calls[0]!.body);
    expect(await at.states()).toEqual(['0 submitted']);
    expect(at.bus.said).toMatchObject([
      { name: 'BatchSent', detail: { cause: 'cause', data: { batchId: first, handle: 'Ac1', items: 2 } } },
    ]);
  });

  test.each(['held', 'discarded', 'failed'] as const)('not while it is %s, whatever an event says', async (state) => {
    const at = await world([['A']]);
    await at.setPlan(state);
    await at.go();
    expect([at.calls, at.table.records(), at.bus.said]).toEqual([[], [], []]);
  });

  test('once approved', async () => {
    const at = await world([['A']]);
    await at.setPlan('approved');
    await at.go();
    expect(at.calls).toHaveLength(1);
  });

  test('not when the pointer has passed it', async () => {
    const at = await world([['A']]);
    await at.setPointer(1);
    await at.go();
    expect([at.calls, at.table.records()]).toEqual([[], []]);
  });

  test('in the plan’s order, and said twice, or by two at once, it goes out once', async () => {
    const at = await world([['A'], ['B'], ['C'], ['D']]);
    await Promise.all([at.go(), at.go(), at.go()]);
    await at.go();
    expect(at.calls.map(({ ids }) => ids.join())).toEqual(['A', 'B', 'C', 'D']);
  });

  test.each([1, 2, 3])('never more than %i at the same time', async (inFlight) => {
    let running = 0;
    let most = 0;
    const slow = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return handled('Ac1');
    };
    const at = await world([['A'], ['B'], ['C'], ['D'], ['E']], slow, { inFlight });
    await Promise.all([at.go(), at.go()]);
    expect([at.calls.length, most]).toEqual([5, inFlight]);
  });

  test('is looked at once before batches are claimed, and once after they have gone', async () => {
    const at = await world([['A'], ['B']], () => handled('Ac1'));
    let looks = 0;
    const query: typeof at.table.query = (pk, prefix) => {
      looks += 1;
      return at.table.query(pk, prefix);
    };
    await workOn(ref, null, { ...at.needs, table: { ...at.table, query } });
    expect([at.calls.length, looks]).toEqual([2, 2]);
  });

  test('never beyond the quota; the rest follows', async () => {
    const at = await world([['A'], ['B'], ['C']], (_call, n) => handled(`Ac${n}`), { callsPerHour: 4 });
    await at.go();
    expect(at.calls).toHaveLength(2);
    await at.tick(21 * MINUTE);
    expect(at.calls).toHaveLength(2);
    await at.tick(MINUTE);
    expect(at.calls).toHaveLength(3);
  });

  test('no call starts that could outlive its worker', async () => {
    const at = await world([['A']]);
    at.setTimeLeft(TIME_FOR_A_CALL_MS - 1);
    await at.go();
    expect(at.calls).toEqual([]);
    expect(await at.batches()).toMatchObject([{ state: 'prepared', attempt: 0 }]);
  });

  test('a claim whose time runs out before the call is given back, and nothing is ambiguous', async () => {
    const at = await world([['A']]);
    at.needs.synced.putOnce = async () => {
      at.setTimeLeft(0);
      return 'written';
    };
    await at.go();
    expect(at.calls).toEqual([]);
    expect(await at.batches()).toMatchObject([{ state: 'prepared', attempt: 1, amb: 0, tries: 0 }]);
  });

  test('a claim that cannot be kept for people is given back, and the failure told', async () => {
    const at = await world([['A'], ['B']], undefined, { inFlight: 1 });
    at.needs.synced.putOnce = () => Promise.reject(new Error('S3 is down'));
    await expect(at.go()).rejects.toThrow('S3 is down');
    expect(at.calls).toEqual([]);
    expect(await at.states()).toEqual(['0 prepared', '1 prepared']);
  });
});

describe('a batch settles', () => {
  test('when its handle is finished; then the sync, whose outcomes are frozen and said', async () => {
    const at = await world([['A', 'B'], ['C']]);
    await at.go();
    await at.end((ids) => (ids.includes('A') ? finished(['B']) : finished()));
    await at.go();
    expect(await fates(at)).toEqual(['A accepted', 'B errored', 'C accepted']);
    expect((await at.outcomes())?.leaves.map(({ status, handle }) => `${status} ${handle}`)).toEqual([
      'partly Ac1',
      'accepted Ac2',
    ]);
    const [last] = at.bus.said.slice(-1);
    expect(last).toMatchObject({
      name: 'BatchesSettled',
      detail: { data: { key: (await at.sending())?.outcomesKey } },
    });
  });

  test('and beside its JSON lies what became of each item', async () => {
    const at = await world([['A', 'B', 'C']], () => handled('Ac1', wrong('C', 'Duplicate retailer_id')));
    await at.go();
    expect(Object.keys(at.synced.texts())).toEqual([`${DAY}/default-000001/${first}.json`]);
    await at.end(() => finished(['A']));
    await at.go();
    expect(JSON.parse(at.synced.texts()[`${DAY}/default-000001/${first}.verdict.json`]!)).toEqual({
      batchId: first,
      handle: 'Ac1',
      status: 'partly',
      items: [
        { id: 'A', verdict: 'errored', stage: 'verdict', code: null, message: 'no A', remedy: expect.any(String) },
        { id: 'B', verdict: 'accepted', stage: null, code: null, message: null, remedy: null },
        {
          ...{ id: 'C', verdict: 'errored', stage: 'call', code: null },
          ...{ message: 'Duplicate retailer_id', remedy: expect.stringContaining('unique') },
        },
      ],
    });
  });

  test('as soon as its batch is over, though others are not', async () => {
    const at = await world([['A'], ['B']]);
    await at.go();
    await at.hear(first, 'Ac1', finished());
    await at.go();
    expect(Object.keys(at.synced.texts())).toContain(`${DAY}/default-000001/${first}.verdict.json`);
    expect(await at.states()).toEqual(['0 settled', '1 submitted']);
  });

  test('also when a crash kept the verdict from being written', async () => {
    const at = await world([['A'], ['B']]);
    await at.go();
    const { putOnce } = at.synced;
    at.needs.synced.putOnce = () => Promise.reject(new Error('killed'));
    await at.end(() => finished());
    await expect(at.go()).rejects.toThrow('killed');
    at.needs.synced.putOnce = putOnce;
    await at.go();
    expect(Object.keys(at.synced.texts()).filter((key) => key.endsWith('.verdict.json'))).toHaveLength(2);
    expect(await fates(at)).toEqual(['A accepted', 'B accepted']);
  });

  test('the ids named by the answer to the call are stored with the handle', async () => {
    const at = await world([['A', 'B']], () => handled('Ac1', wrong('B')));
    await at.go();
    expect(await at.batches()).toMatchObject([{ state: 'submitted', handle: 'Ac1', errored: [{ id: 'B' }] }]);
  });

  test('a list of errors that is too long for a record lies in an object', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `SKU-${index}`);
    const at = await world([ids], () => handled('Ac1', ...ids.slice(1).map((id) => wrong(id, 'x'.repeat(900)))));
    await at.go();
    const [record] = at.table.records().filter(({ state }) => state === 'submitted');
    expect(JSON.stringify(record).length).toBeLessThan(2000);
    await at.end(() => finished());
    await at.go();
    const all = await fates(at);
    expect(all.filter((fate) => fate.endsWith('errored'))).toHaveLength(499);
    expect(all).toHaveLength(500);
  });

  test('the last word is said each minute until the pointer has passed, then never again', async () => {
    const at = await world([['A']]);
    await at.go();
    await at.end(() => finished());
    await at.go();
    const key = (await at.sending())?.outcomesKey;
    await at.tick(MINUTE);
    await at.tick(MINUTE);
    expect(at.said()).toEqual(['BatchSent', 'BatchesSettled', 'BatchesSettled', 'BatchesSettled']);
    await at.setPointer(1);
    await at.tick(MINUTE);
    await at.tick(HOUR);
    await at.go();
    expect(at.said()).toHaveLength(4);
    expect((await at.sending())?.dueOf).toBeUndefined();
    expect((await at.sending())?.outcomesKey).toBe(key);
  });

  test('outcomes do not change any more, whatever monitor says later', async () => {
    const at = await world([['A']]);
    await at.go();
    await at.end(() => ({ kind: 'stuck' }));
    await at.go();
    const before = JSON.stringify(await at.outcomes());
    await at.hear(first, 'Ac1', finished());
    await at.go();
    expect(JSON.stringify(await at.outcomes())).toBe(before);
    expect(await fates(at)).toEqual(['A unknown']);
  });
});

describe('a handle', () => {
  test('that monitor has not heard of is told again', async () => {
    const at = await world([['A']]);
    await at.go();
    await at.tick(MINUTE);
    expect(at.said()).toEqual(['BatchSent', 'BatchSent']);
    await at.hear(first, 'Ac1', null);
    await at.tick(MINUTE);
    expect(at.said()).toHaveLength(2);
  });

  test.each(['error', 'canceled', 'lost'] as const)(
    'that ends as %s makes its batch ambiguous; it goes again, and after the third time in halves',
    async (kind) => {
      const at = await world([['A', 'B']]);
      for (let round = 0; round < 3; round += 1) {
        await at.tick(MINUTE);
        await at.go();
        await at.end(() => ({ kind }));
        await at.go();
      }
      expect(at.calls.map(({ ids }) => ids.join())).toEqual(['A,B', 'A,B', 'A,B', 'A', 'B']);
      const ended = at.clock.now();
      expect(await at.batches()).toMatchObject([
        { state: 'split', amb: ended, tries: 2 },
        { state: 'submitted', amb: ended, tries: 0, parent: first },
        { state: 'submitted', amb: ended, parent: first },
      ]);
    },
  );

  test('whose item alone ends so three times leaves it unknown, not errored', async () => {
    const at = await world([['A']]);
    for (let round = 0; round < 3; round += 1) {
      await at.tick(MINUTE);
      await at.go();
      await at.end(() => ({ kind: 'error' }));
      await at.go();
    }
    expect(at.calls).toHaveLength(3);
    expect(await fates(at)).toEqual(['A unknown']);
    expect((await at.outcomes())?.leaves[0]).toMatchObject({ status: 'unknown', amb: at.clock.now() });
    const verdict = JSON.parse(at.synced.texts()[`${DAY}/default-000001/${first}.verdict.json`]!);
    expect(verdict.items).toMatchObject([{ id: 'A', verdict: 'unknown', stage: 'unknown' }]);
  });

  test('that is stuck leaves its batch unknown but for what the call named', async () => {
    const at = await world([['A', 'B']], () => handled('Ac1', wrong('B')));
    await at.go();
    await at.tick(20 * MINUTE);
    await at.end(() => ({ kind: 'stuck' }));
    await at.go();
    expect(await fates(at)).toEqual(['A unknown', 'B errored']);
    expect((await at.outcomes())?.leaves[0]).toMatchObject({ amb: START + 20 * MINUTE });
  });
});

describe('what Meta refuses as a whole', () => {
  test('a bad item is found by halving, the others go through, and each item has one fate', async () => {
    const ids = Array.from({ length: 13 }, (_, index) => `S${index}`);
    const hundred = { kind: 'invalid-parameter', code: 100, subcode: null, message: 'Invalid parameter' } as const;
    const at = await world([ids], (call, n) => (call.ids.includes('S7') ? hundred : handled(`Ac${n}`)));
    await at.go();
    await at.end(() => finished());
    await at.go();
    const all = await fates(at);
    expect(all.filter((fate) => fate.endsWith('errored'))).toEqual(['S7 errored']);
    expect(all.map((fate) => fate.split(' ')[0]).sort()).toEqual([...ids].sort());
    expect((await at.outcomes())?.leaves.flatMap(({ errored }) => errored)).toMatchObject([
      { stage: 'whole-call', code: '100', message: 'Invalid parameter' },
    ]);
  });

  test('without a handle: what is named is errored, the rest goes again', async () => {
    const at = await world([['A', 'B', 'C']], (call, n) =>
      call.ids.includes('B') ? unhandled(wrong('B')) : handled(`Ac${n}`),
    );
    await at.go();
    expect(at.calls.map(({ ids }) => ids.join())).toEqual(['A,B,C', 'A,C']);
    expect(JSON.parse(at.calls[1]!.body)).toEqual({
      allow_upsert: true,
      requests: ['A', 'C'].map((id) => ({ method: 'UPDATE', data: { id, title: `Title of ${id}` } })),
    });
    await at.end(() => finished());
    await at.go();
    expect(await fates(at)).toEqual(['A accepted', 'B errored', 'C accepted']);
    expect((await at.outcomes())?.leaves.map(({ status }) => status)).toEqual(['accepted', 'refused']);
    const verdict = JSON.parse(at.synced.texts()[`${DAY}/default-000001/${first}.verdict.json`]!);
    expect([verdict.status, verdict.items.map(({ id }: { id: string }) => id)]).toEqual(['split', ['B']]);
  });

  test('without a handle and without names: three times, then halves, then nobody knows', async () => {
    const at = await world([['A', 'B']], (call, n) => (call.ids.includes('B') ? unhandled() : handled(`Ac${n}`)));
    for (let round = 0; round < 8; round += 1) await at.tick(MINUTE).then(at.go);
    expect(at.calls.map(({ ids }) => ids.join())).toEqual(['A,B', 'A,B', 'A,B', 'A', 'B', 'B', 'B']);
    await at.end(() => finished());
    await at.go();
    expect(await fates(at)).toEqual(['A accepted', 'B unknown']);
    expect((await at.outcomes())?.leaves.map(({ amb }) => amb)).toEqual([0, 0]);
  });

  test('too large: once more, then halves', async () => {
    const at = await world([['A', 'B', 'C']], (call, n) =>
      call.ids.length > 2 ? { kind: 'too-large', code: 1 } : handled(`Ac${n}`),
    );
    await at.go();
    expect(at.calls).toHaveLength(1);
    await at.tick(MINUTE);
    expect(at.calls.map(({ ids }) => ids.join())).toEqual(['A,B,C', 'A,B,C', 'A,B', 'C']);
  });

  test('finished with more errors than names: what is not named goes again until each failure has a name', async () => {
    const bad = new Set(['S1', 'S2', 'S5']);
    const ids = Array.from({ length: 8 }, (_, index) => `S${index}`);
    const at = await world([ids], (_call, n) => handled(`Ac${n}`));
    for (let round = 0; round < 6; round += 1) {
      await at.tick(MINUTE).then(at.go);
      // Meta names one of them, and counts all.
      await at.end((these) => {
        const failed = these.filter((id) => bad.has(id));
        return finished(failed.slice(0, 1), failed.length);
      });
      await at.go();
    }
    expect(await fates(at)).toEqual(ids.map((id) => `${id} ${bad.has(id) ? 'errored' : 'accepted'}`));
  });
});

describe('when nobody can say whether a call arrived', () => {
  test('the same bytes go again, and the batch stays ambiguous', async () => {
    const at = await world([['A']], (_call, n) =>
      n === 1 ? { kind: 'ambiguous', why: 'no answer in time' } : handled('Ac1'),
    );
    await at.go();
    expect(await at.batches()).toMatchObject([{ state: 'prepared', amb: START, tries: 0 }]);
    await at.tick(MINUTE);
    expect(at.calls[1]!.body).toBe(at.calls[0]!.body);
    await at.end(() => finished());
    await at.go();
    expect((await at.outcomes())?.leaves).toMatchObject([{ status: 'accepted', amb: START }]);
  });

  test('a worker that died is waited for until its lease is over; then its POST may have left until that end', async () => {
    const at = await world([['A']], (_call, n) => (n === 1 ? new Promise(() => {}) : handled('Ac1')));
    void at.go();
    await at.called();
    await at.go();
    at.clock.set(START + LEASE_MS);
    await at.go();
    expect(at.calls).toHaveLength(1);
    at.clock.set(START + LEASE_MS + 1);
    await at.go();
    expect(at.calls).toHaveLength(2);
    expect(await at.batches()).toMatchObject([{ state: 'submitted', attempt: 2, amb: START + LEASE_MS }]);
  });

  test('an answer that comes after the lease changes nothing', async () => {
    let answer: (outcome: ReturnType<typeof handled>) => void = () => {};
    const late = new Promise<ReturnType<typeof handled>>((resolve) => {
      answer = resolve;
    });
    const at = await world([['A']], (_call, n) => (n === 1 ? late : handled('Ac2')));
    const slow = at.go();
    await at.called();
    await at.tick(LEASE_MS + 1).then(at.go);
    answer(handled('Ac1'));
    await slow;
    expect(await at.batches()).toMatchObject([{ state: 'submitted', handle: 'Ac2' }]);
    expect(at.said()).toEqual(['BatchSent']);
  });

  test('an outage holds all batches back, longer each time, and costs no try', async () => {
    const at = await world([['A'], ['B']], () => ({ kind: 'server', code: 2, message: 'down' }), { inFlight: 1 });
    await at.go();
    for (let second = 0; second < 600; second += 1) await at.tick(SECOND);
    const times = at.calls.map((call) => (call.at - START) / SECOND);
    expect(times).toEqual([0, 5, 15, 35, 75, 155, 315]);
    expect(await at.batches()).toMatchObject([
      { state: 'prepared', tries: 0, amb: 0 },
      { state: 'prepared', tries: 0, amb: 0 },
    ]);
  });
});

describe('when Meta does not let us', () => {
  test('too many calls: nobody calls before the time that Meta names, and no try is counted', async () => {
    const at = await world(
      [['A'], ['B']],
      (_call, n) => (n === 1 ? { kind: 'throttled', code: 80014, regainMs: 10 * MINUTE } : handled(`Ac${n}`)),
      { inFlight: 1 },
    );
    await at.go();
    await at.tick(10 * MINUTE - 1);
    expect(at.calls).toHaveLength(1);
    await at.tick(1);
    expect(at.calls.map(({ ids }) => ids.join())).toEqual(['A', 'A', 'B']);
    expect(await at.batches()).toMatchObject([{ tries: 0 }, { tries: 0 }]);
    expect(await at.breaker()).toMatchObject({ setbacks: 0 });
  });

  test('a dead token stops all; a new one in the secret lets it go on within a tick', async () => {
    const at = await world([['A'], ['B']], () => (at.state.version === '1' ? deadToken : handled('Ac1')), {
      inFlight: 1,
    });
    at.state.probe = deadToken;
    await at.go();
    expect(at.calls).toHaveLength(1);
    expect(await at.breaker()).toMatchObject({ auth: { code: 190, secretVersion: '1', since: START } });
    await at.tick(MINUTE);
    await at.tick(MINUTE);
    expect([at.calls.length, at.state.probes]).toEqual([1, 0]);
    at.state.version = '2';
    at.state.probe = { kind: 'ok', name: null, productCount: 0 };
    await at.tick(MINUTE);
    expect(at.calls.map(({ ids }) => ids.join())).toEqual(['A', 'A', 'B']);
    expect(await at.breaker()).toMatchObject({ auth: null });
    expect(await at.batches()).toMatchObject([{ tries: 0, errored: [] }, { tries: 0 }]);
  });

  test('access that is granted again without a new token is noticed after a few minutes', async () => {
    let granted = false;
    const at = await world([['A']], () => (granted ? handled('Ac1') : deadToken));
    at.state.probe = deadToken;
    await at.go();
    await at.tick(5 * MINUTE);
    expect([at.calls.length, at.state.probes]).toEqual([1, 1]);
    expect(await at.breaker()).toMatchObject({ auth: { since: START } });
    granted = true;
    at.state.probe = { kind: 'ok', name: null, productCount: 0 };
    await at.tick(4 * MINUTE);
    expect(at.calls).toHaveLength(1);
    await at.tick(MINUTE);
    expect(at.calls).toHaveLength(2);
  });

  test('a pause stops sending; verdicts still count, and the sync can settle', async () => {
    const at = await world([['A']]);
    await at.go();
    await at.put({ ...breakerKey(ref.catalog), paused: true, rateUntil: 0, auth: null });
    await at.end(() => finished());
    await at.go();
    expect(at.said()).toEqual(['BatchSent', 'BatchesSettled']);
  });

  test('a pause between looking and claiming is not overlooked', async () => {
    const at = await world([['A']]);
    const { write } = at.table;
    at.needs.table.write = async (writes) => {
      if (writes.length > 1) {
        at.needs.table.write = write;
        await at.put({ ...breakerKey(ref.catalog), paused: true, rateUntil: 0, auth: null });
      }
      return write(writes);
    };
    await at.go();
    expect([at.calls.length, await at.states()]).toEqual([0, ['0 prepared']]);
  });

  test('a pause survives what Meta answers meanwhile', async () => {
    const at = await world([['A']], async () => {
      await at.put({ ...breakerKey(ref.catalog), paused: true, rateUntil: 0, auth: null });
      return { kind: 'throttled', code: 80014, regainMs: 0 };
    });
    await at.go();
    expect(await at.breaker()).toMatchObject({ paused: true, rateUntil: START + 30 * SECOND });
  });

  test('a breaker that changes while an answer is recorded does not make the answer void', async () => {
    const at = await world([['A']]);
    await at.put({ ...breakerKey(ref.catalog), paused: false, rateUntil: 0, auth: null, setbacks: 1 });
    const { write } = at.table;
    at.needs.table.write = async (writes) => {
      if (at.calls.length === 1) {
        at.needs.table.write = write;
        await at.put({ ...breakerKey(ref.catalog), paused: true, rateUntil: 0, auth: null, setbacks: 1 });
      }
      return write(writes);
    };
    await at.go();
    expect([await at.states(), at.said()]).toEqual([['0 submitted'], ['BatchSent']]);
    expect(await at.breaker()).toMatchObject({ paused: true, setbacks: 0 });
  });

  test('nothing of the token is stored, said or shown', async () => {
    const at = await world([['A'], ['B']], (_call, n) => (n === 1 ? deadToken : handled('Ac1')));
    await at.go();
    const everything = JSON.stringify([at.table.records(), at.bus.said, at.work.texts(), at.synced.texts()]);
    expect(everything).not.toContain('canary');
  });
});
