import { openLoop } from './loop.ts';
import { CALL_FAULTS, type CallFault, openLuck } from './luck.ts';
import { type Caller, openNetwork } from './network.ts';

/** One call that a fault befalls; what came of it after a day. */
const befallen = async (fault: CallFault | null, answer: () => string | Promise<string> = async () => 'done') => {
  const loop = openLoop(0);
  const luck = openLuck(1, fault === null ? { kind: 'chance' } : { kind: 'nth', call: 0, fault }, 0, loop.now);
  const network = openNetwork(
    loop,
    luck,
    () => {},
    () => {},
  );
  let alive = true;
  const caller: Caller = { label: 'publish.work', alive: () => alive, die: () => (alive = false) };
  const seen = { arrived: 0, told: 'nothing', answeredAt: 0, alive: true };
  const call = network.call(caller, 'publish.write x', () => {
    seen.arrived += 1;
    return answer();
  });
  const heard = (told: string) => (): void => void Object.assign(seen, { told, answeredAt: loop.now() });
  call
    .then(
      (value) => heard(value)(),
      (error: Error) => heard(error.message)(),
    )
    // No `finally` runs in a worker that is dead: this one only says that the promise has settled.
    .finally(() => undefined);
  await loop.run(24 * 60 * 60_000);
  return { ...seen, alive };
};

const fail = (): never => {
  throw new Error('no such thing');
};

describe('a call', () => {
  test.each<[CallFault | null, number, string, boolean]>([
    [null, 1, 'done', true],
    ['delay', 1, 'done', true],
    ['fail-before', 0, 'the network failed: publish.write x', true],
    ['fail-after', 1, 'the network failed: the answer of publish.write x is lost', true],
    ['duplicate', 2, 'done', true],
    ['crash-before', 0, 'nothing', false],
    ['crash-after', 1, 'nothing', false],
  ])('that %s befalls arrives %i times, the caller hears %s (alive: %s)', async (fault, arrived, told, alive) => {
    expect(await befallen(fault)).toMatchObject({ arrived, told, alive });
  });

  test('takes a moment, and minutes when it is delayed', async () => {
    expect((await befallen(null)).answeredAt).toBeLessThan(2000);
    expect((await befallen('delay')).answeredAt).toBeGreaterThan(1000);
  });

  test('done twice is answered the second time', async () => {
    const answers = ['written', 'condition failed'];
    expect(await befallen('duplicate', async () => answers.shift() ?? '')).toMatchObject({ told: 'condition failed' });
  });

  test('is answered as well by a store that answers at once', async () => {
    expect(await befallen(null, () => 'done')).toMatchObject({ arrived: 1, told: 'done' });
    expect(await befallen('fail-after', () => 'done')).toMatchObject({
      arrived: 1,
      told: expect.stringContaining('is lost'),
    });
  });

  test.each([
    ['at once', fail],
    ['later', async () => fail()],
  ])('hears of what a store throws %s', async (_, refuse) => {
    expect(await befallen(null, refuse)).toMatchObject({ arrived: 1, told: 'no such thing' });
    expect(await befallen('crash-after', refuse)).toMatchObject({ arrived: 1, told: 'nothing', alive: false });
  });

  test.each<[string, () => string | Promise<string>]>([
    ['an answer', () => 'done'],
    ['an answer that takes a while', async () => 'done'],
    ['a refusal', fail],
    ['a refusal that takes a while', async () => fail()],
  ])('brings %s to nobody who has died meanwhile, though it was served', async (_, answer) => {
    const loop = openLoop(0);
    const served: string[] = [];
    const network = openNetwork(
      loop,
      openLuck(1, { kind: 'chance' }, 0, loop.now),
      (what) => served.push(what),
      () => {},
    );
    let alive = true;
    let told = 'nothing';
    const hear = (): void => {
      told = 'something';
    };
    network
      .call({ label: 'publish.work', alive: () => alive, die: () => {} }, 'publish.get x', answer)
      .then(hear, hear);
    alive = false;
    await loop.run(10_000);
    expect([told, served]).toEqual(['nothing', ['publish.get x']]);
  });

  test('can be befallen by each fault that there is', () => {
    expect(CALL_FAULTS).toHaveLength(6);
  });
});
