import { readPlan } from './make-plan.ts';
import { sync, transformWorld } from './testing/world.ts';
import { workOn } from './work.ts';

const planned = async () => {
  const world = transformWorld();
  await world.validated(1, [{ n: 1, rows: { b: '1 EUR', a: '2 EUR' } }]);
  await workOn(sync(1), null, world.needs);
  return world;
};

describe('a stored plan', () => {
  test('is the same bytes under the same name, whoever makes it', async () => {
    const plans = ({ work }: Awaited<ReturnType<typeof planned>>) =>
      Object.entries(work.texts()).filter(([key]) => key.includes('/plan-'));
    const [one, other] = [plans(await planned()), plans(await planned())];
    expect(one).toHaveLength(1);
    expect(other).toEqual(one);
  });

  test('of the version before, which told less, is read as one that has nothing more to tell', async () => {
    const { work, plan } = await planned();
    const key = (await plan(1))!.key!;
    const { brands, categories, calls, minutes, counts, ...told } = JSON.parse(work.texts()[key]!);
    expect([brands.top, categories.top, calls, minutes]).toEqual([expect.any(Array), expect.any(Array), 1, 1]);
    const { rejected, ...countedBefore } = counts;
    const risk = { kind: 'deletes', share: 1, count: 20, limit: 10 };
    await work.put('before.json', JSON.stringify({ ...told, counts: countedBefore, risks: [risk] }));
    const none = { top: [], others: { groups: 0, creates: 0, updates: 0, deletes: 0 } };
    expect(await readPlan(work, 'before.json')).toMatchObject({
      counts: { creates: 2, rejected },
      brands: none,
      categories: none,
      risks: [{ ...risk, shareLimit: 0 }],
      calls: 0,
      minutes: 0,
    });
  });
});
