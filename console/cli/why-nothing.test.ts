import { whyNothing } from './why-nothing.ts';

describe('nothing is decided', () => {
  test.each([
    [{ kind: 'no-plan' }, null, null, 'there is no plan of default-000003; no plan of this catalog is held'],
    [{ kind: 'no-plan' }, null, 'default-000004', 'there is no plan of default-000003; default-000004 is held'],
    [
      { kind: 'not-held', state: 'approved' },
      null,
      null,
      'default-000003 is not held, for it was approved already; no plan of this catalog is held',
    ],
    [
      { kind: 'not-held', state: 'planned' },
      null,
      'default-000004',
      'default-000003 is not held, for it is within the limits; default-000004 is held',
    ],
    [
      { kind: 'other-plan', hash: 'bb' },
      'aa',
      'default-000003',
      'default-000003 holds the plan bb, not aa: look at it before you decide',
    ],
  ] as const)('%j: with the reason, and with what is held instead', (decided, shown, held, why) =>
    expect(whyNothing('default-000003', decided, shown, held)).toBe(why),
  );
});
