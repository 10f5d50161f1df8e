import { openLoop } from './loop.ts';
import { CALL_FAULTS, type CallFault, openLuck } from './luck.ts';
import { type Caller, openNetwork } from './network.ts';

/** One call that a fault befalls; what came of it after a day. */
const befallen = async (fault: CallFault | null, answer: () => Promise<string> = async () => 'done') => {
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

  test('hears of what a store throws', async () => {
    const refuse = () => Promise.reject(new Error('no such thing'));
    expect(await befallen(null, refuse)).toMatchObject({ arrived: 1, told: 'no such thing' });
    expect(await befallen('crash-after', refuse)).toMatchObject({ arrived: 1, told: 'nothing', alive: false });
  });

  test('answers nobody who has died meanwhile', async () => {
    const loop = openLoop(0);
    const network = openNetwork(
      loop,
      openLuck(1, { kind: 'chance' }, 0, loop.now),
      () => {},
      () => {},
    );
    let alive = true;
    let told = 'nothing';
    void network
      .call({ label: 'publish.work', alive: () => alive, die: () => {} }, 'publish.get x', async () => 'done')
      .then((value) => (told = value));
    alive = false;
    await loop.run(10_000);
    expect(told).toBe('nothing');
  });

  test('can be befallen by each fault that there is', () => {
    expect(CALL_FAULTS).toHaveLength(6);
  });
});
