/** The fast way over columns of numbers is held equal to the rules, applied to each product by name. */

import { type Content, DELETED } from '@catalog-sync/shared/baseline/content.ts';
import { hashKey } from '@catalog-sync/shared/baseline/id-hash.ts';
import { compareFiles, compareRows, type RowOrder } from '@catalog-sync/shared/catalog/order.ts';
import fc from 'fast-check';
import { newestWhole } from '../sources.ts';
import { anyFoldInput } from '../testing/any.ts';
import { content } from '../testing/build.ts';
import { type FoldInput, foldById, type Whole } from '../testing/fold-by-id.ts';
import { itemOf } from '../testing/items.ts';
import { type Candidate, type FileRow, type Folded, foldProduct, nothingFolded } from './fold.ts';

/** The rules, product by product, without any short cut. */
const naively = ({ known: before, rows, wholes, openedAt, asked }: FoldInput): Folded => {
  const feed = newestWhole(wholes as unknown as Parameters<typeof newestWhole>[0], before.floor) as Whole | undefined;
  const floor = feed?.order ?? before.floor;
  const folded = nothingFolded();
  const isPart = (order: RowOrder): boolean => feed?.parts.some((part) => compareFiles(part, order) === 0) ?? false;
  const named = new Set([
    ...(feed?.ids ?? []),
    ...rows.filter(({ order }) => isPart(order)).map(({ data: { id } }) => id),
  ]);
  const ids = [
    ...before.entries.keys(),
    ...before.carried.keys(),
    ...asked.keys(),
    ...rows.map(({ data: { id } }) => id),
  ];
  for (const id of new Set(ids)) {
    const its = rows
      .filter(({ data }) => data.id === id)
      .filter(({ order }) => floor === null || compareFiles(order, floor) >= 0)
      .toSorted((a, b) => compareRows(b.order, a.order));
    folded.fileRows.superseded += rows.filter(({ data }) => data.id === id).length - Math.min(1, its.length);
    if (feed === undefined)
      folded.late += rows.filter(
        ({ data, order }) => data.id === id && floor !== null && compareFiles(order, floor) < 0,
      ).length;
    const newest: FileRow | undefined = its[0] && { order: its[0].order, content: content(its[0].data) };
    const again = asked.get(id);
    const entry = before.entries.get(id);
    const product = {
      key: hashKey(id),
      id: entry === undefined ? null : id,
      entry,
      row: newest,
      carried: before.carried.get(id),
      embargo: before.embargoes.get(id),
      asked: again && { op: again.op, content: again.op === 'DELETE' ? DELETED : content(again.data) },
      named: named.has(id),
    };
    foldProduct(product, { whole: feed?.order ?? null, openedAt }, folded);
  }
  return folded;
};

const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);

test('of any products, files, feeds, asks and embargoes it comes to what the rules say of each', () => {
  fc.assert(
    fc.property(anyFoldInput, (input) => {
      const real = foldById(input);
      const model = naively(input);

      const ids = new Map(input.rows.map(({ data }) => [content(data).fingerprint, data]));
      /** With the text of the item where the candidate comes from a file, for the model does not know where that lies. */
      const told = ({ id: _, content: its, ...candidate }: Candidate) => {
        const { item, ...rest }: Content = its;
        if (candidate.from !== 'file' || item === null) return { ...candidate, content: its };
        const object = real.given.objects.get(item.key);
        const text = object?.toString('utf8', item.start, item.start + item.length);
        return { ...candidate, content: rest, text: text ?? itemOf(ids.get(rest.fingerprint)!).toString() };
      };
      const toldAll = (candidates: readonly Candidate[]) => candidates.map(told).sort(byKey);
      expect(toldAll(real.toSend)).toEqual(toldAll(model.toSend));
      const waiting = ({ embargoed }: Pick<Folded, 'embargoed'>) =>
        embargoed.map(({ candidate, until }) => ({ ...told(candidate), until })).sort(byKey);
      expect(waiting(real)).toEqual(waiting(model));
      expect(real.fileRows).toEqual(model.fileRows);
      expect(real.carriedRows).toEqual(model.carriedRows);
      expect(real.late).toBe(model.late);

      const risen = new Map(real.raised);
      const risenByRule = new Map(model.raised);
      for (const [id, { order }] of input.known.entries) {
        const byRule = risenByRule.get(hashKey(id));
        const rises = byRule !== undefined && compareRows(byRule, order) > 0;
        expect(risen.get(id)).toEqual(rises ? byRule : undefined);
      }
      expect(real.raised.length).toBe(risen.size);
    }),
    { numRuns: 600 },
  );
});
