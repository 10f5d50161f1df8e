import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { isRight } from 'fp-ts/lib/Either.js';
import { cellsOf } from '../cells.ts';
import { rowCodecFor } from '../contract-codec.ts';
import { append, nextRow, openWindow } from '../frame.ts';
import { readHeader } from '../header.ts';
import { pieces } from '../testing.ts';
import { damaged, feed } from './generated.ts';
import { VALID } from './item-block.ts';
import { cellsFor, ODD, splitRow, textsOf } from './split-row.ts';
import { readByBoth, readItemsFrom } from './testing.ts';

/** For a long run: `ENGINE_CASES=1000000 npx jest --selectProjects unit -- shared/rows/engine/properties`. */
const cases = Number(process.env.ENGINE_CASES ?? 5_000);
/** `toEqual` tells well what differs, and takes long to see that nothing does. */
const mustAgree = (engine: unknown, reference: unknown): void => {
  if (!isDeepStrictEqual(engine, reference)) expect(engine).toEqual(reference);
};

/** Small ones take long: what is at hand is looked at again with each. */
const someBlockBytes = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 60, max: 2_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
);

jest.setTimeout(60_000 + 20 * cases);

test('of any feed the engine says what the reference says, byte for byte', async () => {
  const seen = { rows: 0, valid: 0, usable: 0 };
  await fc.assert(
    fc.asyncProperty(feed, someBlockBytes, async ({ bytes }, blockBytes) => {
      const { engine, reference } = await readByBoth(bytes, { limits: { blockBytes } });
      mustAgree(engine, reference);
      seen.rows += engine.rows.length;
      seen.valid += engine.rows.filter(({ verdict }) => verdict === VALID).length;
      if (engine.summary.usable) seen.usable++;
    }),
    { numRuns: cases },
  );
  // Or the test says little.
  expect(seen.usable).toBeGreaterThan(0.9 * cases);
  expect(seen.valid).toBeGreaterThan(0.3 * seen.rows);
  expect(seen.valid).toBeLessThan(0.9 * seen.rows);
});

test('also under small limits', async () => {
  await fc.assert(
    fc.asyncProperty(
      feed,
      someBlockBytes,
      fc.integer({ min: 100, max: 600 }),
      fc.integer({ min: 0, max: 3 }),
      async ({ bytes }, blockBytes, recordBytes, watchedIds) => {
        const limits = { blockBytes, recordBytes, watchedIds };
        const { engine, reference } = await readByBoth(bytes, { limits });
        mustAgree(engine, reference);
      },
    ),
    { numRuns: cases / 4 },
  );
});

test('and of damaged ones', async () => {
  await fc.assert(
    fc.asyncProperty(damaged, someBlockBytes, async (bytes, blockBytes) => {
      const { engine, reference } = await readByBoth(bytes, { limits: { blockBytes } });
      mustAgree(engine, reference);
    }),
    { numRuns: cases / 4 },
  );
});

test('a row that the engine cuts itself is the row and the cells of the reference', () => {
  let cut = 0;
  fc.assert(
    fc.property(feed, fc.integer({ min: 50, max: 1_000 }), ({ columns, bytes }, longest) => {
      const window = openWindow();
      append(window, bytes);
      const cells = cellsFor(columns.length);
      const view = new DataView(window.bytes.buffer, window.bytes.byteOffset, window.bytes.length);
      for (;;) {
        const { at, line } = window;
        const next = window.lost ? ODD : splitRow(window.bytes, view, at, longest, cells);
        const row = nextRow(window, longest, columns.length);
        if (next !== ODD) {
          expect(row).toMatchObject({ kind: 'record', start: at, next, cells: columns.length, line });
          expect(cells.lines).toBe(window.line - line);
          if (row.kind !== 'record') return;
          const expected = cellsOf([window.bytes.subarray(row.start, row.end)])[0]!;
          expect(textsOf(window.bytes, cells)).toEqual(expected);
          cut++;
        }
        if (row.kind !== 'record' && row.kind !== 'bad-quote') return;
      }
    }),
    { numRuns: cases / 4 },
  );
  expect(cut).toBeGreaterThan(cases / 8);
});

test('a row is valid by the engine exactly when it is by the io-ts codec of the contract', async () => {
  const verdicts = { valid: 0, rejected: 0 };
  await fc.assert(
    fc.asyncProperty(feed, async ({ columns, bytes }) => {
      const engine = await readItemsFrom(pieces(bytes));
      const window = openWindow();
      append(window, bytes);
      window.atEnd = true;
      const codec = rowCodecFor(readHeader(columns, 1).layout!);
      const rows = new Map(engine.rows.map((row) => [row.line, row]));
      for (;;) {
        const row = nextRow(window, 100_000, columns.length);
        if (row.kind !== 'record') return;
        const told = rows.get(row.line);
        if (row.cells !== columns.length || told === undefined) continue;
        const cells = cellsOf([window.bytes.subarray(row.start, row.end)])[0]!;
        const decoded = codec.decode(Object.fromEntries(columns.map((name, n) => [name, cells[n]])));
        expect(isRight(decoded)).toBe(told.verdict === VALID);
        if (isRight(decoded)) expect(JSON.stringify({ method: 'UPDATE', data: decoded.right })).toBe(told.item);
        verdicts[isRight(decoded) ? 'valid' : 'rejected']++;
      }
    }),
    { numRuns: cases / 4 },
  );
  expect(Math.min(verdicts.valid, verdicts.rejected)).toBeGreaterThan(cases / 40);
});
