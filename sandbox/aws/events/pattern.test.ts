import { parsePattern } from './pattern.ts';
import { patternTable, sampleEvent, wrongPatterns } from './pattern-table.ts';

describe('an event pattern', () => {
  test.each(patternTable)('finds %s', (_what, pattern, expected) => {
    expect(parsePattern(JSON.stringify(pattern))(sampleEvent)).toBe(expected);
    expect(parsePattern(pattern)(sampleEvent)).toBe(expected);
  });

  test.each(wrongPatterns)('refuses one %s', (_what, pattern, reason) => {
    expect(() => parsePattern(pattern)).toThrow(reason);
    expect(() => parsePattern(pattern)).toThrow(/^Event pattern is not valid\. Reason: /);
  });

  test('takes time in proportion to the text, whatever the stars', () => {
    const matches = parsePattern({ a: [{ wildcard: `${'*a'.repeat(200)}*b` }] });
    expect(matches({ a: 'a'.repeat(50_000) })).toBe(false);
  });
});
