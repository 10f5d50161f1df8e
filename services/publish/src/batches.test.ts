import { epochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { type BatchState, batchesOf } from '@catalog-sync/shared/records/publish.ts';
import { carryOut } from './carry-out.ts';
import type { Step } from './domain/step.ts';
import { ref, START, world } from './test-world.ts';

const again: Step = { to: 'prepared', notBefore: epochMs(START), amb: epochMs(0), tries: 1 };

describe('a decision that leads where no step does', () => {
  test.each<[BatchState, Step]>([
    ['prepared', { to: 'settled', errored: [] }],
    ['prepared', again],
    ['settled', again],
    ['unknown', { to: 'settled', errored: [] }],
    ['split', again],
  ])('from %s is a defect, and changes nothing', async (state, step) => {
    const { needs, table, go, batches } = await world([['a', 'b']]);
    await go();
    const [batch] = await batches();
    const before = await table.get(batchesOf(ref), batch!.batchId);
    const carried = carryOut(ref, { ...batch!, state }, { step, news: null, ids: ['a', 'b'] }, null, needs);
    await expect(carried).rejects.toThrow(`a batch may not go from ${state} to ${step.to}`);
    expect(before).toBeDefined();
    expect(await table.get(batchesOf(ref), batch!.batchId)).toEqual(before);
  });
});
