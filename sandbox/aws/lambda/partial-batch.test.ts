import { doneMessages } from './partial-batch.ts';

const batch = ['a', 'b', 'c'];
const failing = (...failures: unknown[]) => ({ batchItemFailures: failures });

test.each<[string, unknown, string[]]>([
  ['no answer', undefined, batch],
  ['null', null, batch],
  ['an empty object', {}, batch],
  ['no list', { batchItemFailures: null }, batch],
  ['an empty list', failing(), batch],
  ['one failure', failing({ itemIdentifier: 'b' }), ['a', 'c']],
  ['all failures', failing(...batch.map((itemIdentifier) => ({ itemIdentifier }))), []],
  ['an unknown message', failing({ itemIdentifier: 'b' }, { itemIdentifier: 'x' }), []],
  ['an empty identifier', failing({ itemIdentifier: '' }), []],
  ['a null identifier', failing({ itemIdentifier: null }), []],
  ['a wrong key', failing({ messageId: 'b' }), []],
  ['a null entry', failing(null), []],
  ['not a list', { batchItemFailures: 'b' }, []],
  ['a text', 'done', []],
  ['a list', [], []],
])('%s', (_name, answer, done) => {
  expect(doneMessages(batch, answer)).toEqual(done);
});
