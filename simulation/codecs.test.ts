import { isRight } from 'fp-ts/lib/Either.js';
import * as t from './codecs.ts';

/** A codec, and how often it was asked. */
const counting = () => {
  let times = 0;
  const text = new t.Type<string, string>(
    'counted',
    t.string.is,
    (given, context) => {
      times += 1;
      return t.string.validate(given, context);
    },
    t.identity,
  );
  return { codec: t.strict({ state: text }), times: () => times };
};

describe('a strict codec of the simulation', () => {
  test('decodes a record that nobody can change once, and finds the same', () => {
    const { codec, times } = counting();
    const record = Object.freeze({ state: 'open', rev: 3 });
    const found = codec.decode(record);
    expect(found).toEqual(t.strict({ state: t.string }).decode({ state: 'open', rev: 3 }));
    expect(codec.decode(record)).toBe(found);
    expect(times()).toBe(1);
  });

  test('decodes what may have changed each time', () => {
    const { codec, times } = counting();
    const record = { state: 'open' };
    expect(codec.decode(record)).toMatchObject({ right: { state: 'open' } });
    record.state = 'done';
    expect(codec.decode(record)).toMatchObject({ right: { state: 'done' } });
    expect(times()).toBe(2);
  });

  test('knows nothing of what another has decoded', () => {
    const record = Object.freeze({ state: 'open', at: 'a.csv' });
    expect(t.strict({ state: t.string }).decode(record)).toMatchObject({ right: { state: 'open' } });
    expect(t.strict({ at: t.string }).decode(record)).toMatchObject({ right: { at: 'a.csv' } });
  });

  test('tells what is wrong each time, and where', () => {
    const inner = t.strict({ state: t.string });
    const record = Object.freeze({ state: 1 });
    const places = (outer: t.Mixed, given: unknown): unknown => {
      const decoded = outer.decode(given);
      return isRight(decoded) ? null : decoded.left.map(({ context }) => context.map(({ key }) => key).join('.'));
    };
    expect(places(inner, record)).toEqual(['.state']);
    expect(places(t.strict({ batch: inner }), { batch: record })).toEqual(['.batch.state']);
  });
});
