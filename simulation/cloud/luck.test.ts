import { CALL_FAULTS, type Luck, openLuck, type Plan } from './luck.ts';
import { READ_FAULTS } from './network.ts';

const CHANCE: Plan = { kind: 'chance' };
const CALLS = [
  ['a.work', 'x.get'],
  ['a.work', 'x.write'],
  ['b.work', 'x.get'],
] as const;
const open = (plan: Plan, faultShare = 0.3, seed = 5): Luck => openLuck(seed, plan, faultShare, () => 0);
/** What befalls the n-th call under each name, in turn. */
const befall = (luck: Luck, times = 40) =>
  Array.from({ length: times }, () => CALLS.map(([who, what]) => luck.ofCall(who, what, CALL_FAULTS))).flat();
const keysOf = ({ struck }: Luck): string[] => struck.map(({ kind, key }) => `${kind} ${key}`);

describe('luck', () => {
  test('goes by names and turns, not by the order of asking', () => {
    const inTurn = open(CHANCE);
    befall(inTurn);
    const oneByOne = open(CHANCE);
    for (const [who, what] of CALLS.toReversed()) {
      for (let n = 0; n < 40; n += 1) oneByOne.ofCall(who, what, CALL_FAULTS);
    }
    expect(keysOf(oneByOne).toSorted()).toEqual(keysOf(inTurn).toSorted());
    expect(inTurn.struck.length).toBeGreaterThan(10);
  });

  test('comes again from the list of what struck; one of them left out leaves the others', () => {
    const first = open(CHANCE);
    const calls = befall(first);
    const again = open({ kind: 'only', these: new Set(keysOf(first)) });
    expect(befall(again)).toEqual(calls);
    const [lost, ...others] = keysOf(first);
    const less = open({ kind: 'only', these: new Set(others) });
    const lessCalls = befall(less);
    expect(keysOf(less)).toEqual(others);
    const moved = lessCalls.filter((call, n) => call.delayMs !== calls[n]!.delayMs);
    expect(moved.length).toBeLessThanOrEqual(lost?.startsWith('delay ') ? 1 : 0);
  });

  test('strikes alike by chance and by name, and rolls alike in both', () => {
    const some = (luck: Luck) =>
      Array.from({ length: 60 }, () => [luck.strikes('late-event', 'rule', 0.2), luck.roll('rule')]);
    const first = open(CHANCE);
    const struck = some(first);
    expect(some(open({ kind: 'only', these: new Set(keysOf(first)) }))).toEqual(struck);
    expect(struck.filter(([late]) => late).length).toBeGreaterThan(3);
  });

  test('can be one fault at one call alone', () => {
    const luck = open({ kind: 'nth', call: 4, fault: 'duplicate' });
    expect(befall(luck, 3).map(({ fault }) => fault)).toEqual([
      null,
      null,
      null,
      null,
      'duplicate',
      null,
      null,
      null,
      null,
    ]);
    expect(luck.strikes('late-event', 'rule', 1)).toBe(false);
    expect([luck.calls(), keysOf(luck)]).toEqual([9, ['duplicate a.work x.write#1']]);
  });

  test('gives a call no fault that it cannot have', () => {
    const luck = open(CHANCE, 1);
    const faults = Array.from({ length: 100 }, () => luck.ofCall('a.work', 'x.get', READ_FAULTS).fault);
    expect(new Set(faults)).toEqual(new Set(READ_FAULTS));
    const nth = open({ kind: 'nth', call: 0, fault: 'duplicate' });
    expect(nth.ofCall('a.work', 'x.get', READ_FAULTS).fault).toBeNull();
  });

  test('is only good once it is calm', () => {
    const luck = open(CHANCE, 1);
    luck.calm();
    expect(befall(luck).every(({ fault, delayMs }) => fault === null && delayMs < 100)).toBe(true);
    expect(luck.strikes('late-event', 'rule', 1)).toBe(false);
    expect(luck.struck).toEqual([]);
  });
});
