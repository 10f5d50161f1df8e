import { memoryTable } from '../adapters/memory/index.ts';
import type { Kind } from './states.ts';
import { transition } from './transition.ts';

const at = { pk: 'here', sk: 'it' };

describe('a transition', () => {
  test('that there is becomes the conditional write of what was read', async () => {
    const table = memoryTable();
    const born = transition('handle', undefined, { ...at, state: 'asking' });
    expect(born).toEqual({ kind: 'put', rev: 0, record: { ...at, state: 'asking' } });
    const ended = transition('handle', { value: { state: 'asking' }, rev: 1 }, { ...at, state: 'ended' });
    expect(await table.write([born])).toBe(true);
    expect([await table.write([ended]), await table.write([ended])]).toEqual([true, false]);
  });

  test.each<[Kind, string | null, string, string]>([
    ['file', null, 'in', 'a file may not begin as in'],
    ['file', 'seen', 'settled', 'a file may not go from seen to settled'],
    ['file', 'archived', 'seen', 'a file may not go from archived to seen'],
    ['sync', 'archived', 'active', 'a sync may not go from archived to active'],
    ['validation', 'failed', 'validated', 'a validation may not go from failed to validated'],
    ['plan', 'planned', 'discarded', 'a plan may not go from planned to discarded'],
    ['plan', 'discarded', 'approved', 'a plan may not go from discarded to approved'],
    ['sending', 'settled', 'sending', 'a sending may not go from settled to sending'],
    ['batch', 'prepared', 'submitted', 'a batch may not go from prepared to submitted'],
    ['batch', 'settled', 'prepared', 'a batch may not go from settled to prepared'],
    ['batch', 'submitted', 'submitted', 'a batch may not go from submitted to submitted'],
    ['handle', 'asking', 'closed', 'a handle may not go from asking to closed'],
    ['handle', 'closed', 'closed', 'a handle may not go from closed to closed'],
  ])('of a %s from %s to %s throws', (kind, from, to, message) => {
    const read = from === null ? undefined : { value: { state: from }, rev: 3 };
    expect(() => transition(kind, read, { ...at, state: to })).toThrow(`${message}: record here it`);
  });
});
