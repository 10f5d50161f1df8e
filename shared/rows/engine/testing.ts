/** What the tests of this folder share: a file read by the engine and by the reference, told in the same words. */
import { requiredColumns } from '../contract.ts';
import type { FileSummary, RowResult } from '../finding.ts';
import { itemOf, type ReadOptions } from '../read-rows.ts';
import { pieces, type Read, readFrom } from '../testing.ts';
import { readPrice } from '../values.ts';
import { currencyCodes } from './decide-value.ts';
import { hashBytes } from './hash.ts';
import { type ItemBlock, REJECTED, REJECTED_WITHOUT_ID, VALID } from './item-block.ts';
import { idOfItem } from './item-id.ts';
import { type ItemOptions, readItems } from './read-items.ts';

/** A row as both can tell it. */
interface Told {
  row: number;
  line: number;
  verdict: number;
  idHash?: number[];
  /** A valid row's. */
  item?: string;
  id?: string;
  fingerprint?: number[];
  price?: string;
  availability?: string;
}

export interface AllRead<Summary = FileSummary> {
  rows: Told[];
  /** Rows with something to say. */
  told: RowResult[];
  summary: Summary;
}

const availability = requiredColumns.find(({ name }) => name === 'availability')!.rule;
const availabilities = availability.kind === 'one-of' ? availability.values : [];

/** Items cover a block's bytes without gaps, one a line. */
const checkItems = (items: { start: number; end: number }[], { bytes, written }: ItemBlock): void => {
  let reached = 0;
  for (const { start, end } of items.toSorted((a, b) => a.start - b.start)) {
    if (start !== reached || bytes[end - 1] !== 10)
      throw new Error(`an item at ${start}, the one before to ${reached}`);
    reached = end;
  }
  if (reached !== written) throw new Error(`${written} bytes, items to ${reached}`);
};

export const readItemsFrom = (
  source: AsyncIterable<Uint8Array>,
  options: Partial<ItemOptions> = {},
): Promise<AllRead> => readAll(readItems(source, { key: 'data/a.csv', ...options }));

/** All blocks of a reading, in texts. */
export const readAll = async <Summary>(reading: AsyncGenerator<ItemBlock, Summary>): Promise<AllRead<Summary>> => {
  const rows: Told[] = [];
  const told: RowResult[] = [];
  let next = await reading.next();
  while (next.done !== true) {
    const block = next.value;
    const items: { start: number; end: number }[] = [];
    for (let n = 0; n < block.count; n++) {
      const verdict = block.verdicts[n]!;
      const idHash = verdict === REJECTED_WITHOUT_ID ? undefined : [...block.idHashes.subarray(2 * n, 2 * n + 2)];
      const row: Told = { row: block.firstRow + n, line: block.lines[n]!, verdict, ...(idHash && { idHash }) };
      if (verdict === VALID) {
        const [start, stop] = [block.starts[n]!, block.ends[n]!];
        items.push({ start, end: stop + 1 });
        Object.assign(row, {
          item: block.bytes.toString('utf8', start, stop),
          id: idOfItem(block, n),
          fingerprint: [...block.fingerprints.subarray(2 * n, 2 * n + 2)],
          price: `${block.amounts[n]} ${currencyCodes[block.currencies[n]!]}`,
          availability: availabilities[block.availabilities[n]!],
        });
      }
      rows.push(row);
    }
    checkItems(items, block);
    told.push(...block.told);
    next = await reading.next();
  }
  return { rows, told, summary: next.value };
};

const toldBy = (result: RowResult): Told => {
  const { row, line, id } = result;
  const verdict = result.kind === 'valid' ? VALID : id === null ? REJECTED_WITHOUT_ID : REJECTED;
  const idHash = id === null ? undefined : [...hashBytes(Buffer.from(id), 0)];
  if (result.kind === 'rejected') return { row, line, verdict, ...(idHash && { idHash }) };
  const item = JSON.stringify(itemOf(result.data));
  const price = readPrice(String(result.data.price))!;
  return {
    row,
    line,
    verdict,
    ...(idHash && { idHash }),
    item,
    id: result.id,
    fingerprint: [...hashBytes(Buffer.from(item), 1)],
    price: `${price.amount} ${price.currency}`,
    availability: String(result.data.availability),
  };
};

/** What the engine has to find, by what the reference found. */
export const expectedOf = ({ rows, summary }: Read): AllRead => ({
  rows: rows.map(toldBy),
  told: rows.filter(({ kind, findings }) => kind === 'rejected' || findings.length > 0),
  summary,
});

/** Rows given before a file turns out not to be usable are to be dropped: how many they were says nothing. */
export const settled = (read: AllRead): AllRead => (read.summary.usable ? read : { ...read, rows: [], told: [] });

/** The same bytes by both. */
export const readByBoth = async (
  bytes: Uint8Array,
  { size = bytes.length || 1, ...options }: Partial<ReadOptions> & { size?: number } = {},
): Promise<{ engine: AllRead; reference: AllRead }> => ({
  engine: settled(await readItemsFrom(pieces(bytes, size), options)),
  reference: settled(expectedOf(await readFrom(pieces(bytes, size), options))),
});
