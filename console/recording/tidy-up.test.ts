import type { Handle } from '@catalog-sync/shared/catalog/handle.ts';
import type { CheckOutcome, Graph, SendOutcome } from '@catalog-sync/shared/ports/graph.ts';
import { tidyUp } from './tidy-up.ts';

const usage = { percent: 0, regainMs: 0 };
const taken: SendOutcome = { kind: 'accepted', handle: 'Ac1' as Handle, validation: [], usage };
const finished: CheckOutcome = {
  kind: 'finished',
  errors: [],
  errorsTotal: 0,
  warnings: [],
  warningsTotal: 0,
  invalidIds: [],
  usage,
};

const graphOf = (sent: SendOutcome, checked: CheckOutcome): Graph & { bodies: string[] } => {
  const bodies: string[] = [];
  return {
    bodies,
    sendBatch: async (_catalog, body) => {
      bodies.push(String(body));
      return sent;
    },
    checkHandle: async () => checked,
    probe: async () => ({ kind: 'ok', name: null, productCount: null }),
  };
};

describe('tidying up', () => {
  test('deletes by name, and nothing else', async () => {
    const graph = graphOf(taken, finished);
    expect(await tidyUp(graph, '1', ['a', 'b'])).toBeNull();
    expect(graph.bodies.map((body) => JSON.parse(body) as unknown)).toEqual([
      {
        allow_upsert: true,
        requests: [
          { method: 'DELETE', data: { id: 'a' } },
          { method: 'DELETE', data: { id: 'b' } },
        ],
      },
    ]);
  });

  test.each<[string, SendOutcome, CheckOutcome, RegExp]>([
    ['the call was not taken', { kind: 'throttled', code: 80014, regainMs: 0 }, finished, /did not take.*throttled/],
    ['an item was refused', taken, { ...finished, errorsTotal: 1 }, /refused to delete 1 of 2/],
    ['it broke', taken, { kind: 'error', usage }, /nobody knows.*error/],
    ['its handle was lost', taken, { kind: 'lost' }, /nobody knows.*lost/],
  ])('says when %s', async (_what, sent, checked, why) => {
    expect(await tidyUp(graphOf(sent, checked), '1', ['a', 'b'])).toMatch(why);
  });
});
