/** What the tests of this folder share. */
import type { FileSummary, RowResult } from './finding.ts';
import { type ReadOptions, readRows } from './read-rows.ts';

export const header = 'id,title,description,link,image_link,availability,price,brand,condition,product_type';

export const productLine = (id: string, more: { title?: string; price?: string } = {}): string =>
  `${id},${more.title ?? 'Cup'},A cup,https://s.example/1,https://s.example/1.jpg,in stock,${more.price ?? '1.00 EUR'},B,new,Cups`;

/** A file of the required header and these lines. */
export const fileOf = (...lines: string[]): string => [header, ...lines, ''].join('\n');

export const pieces = async function* (bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
};

export interface Read {
  rows: RowResult[];
  summary: FileSummary;
}

export const readFrom = async (
  source: AsyncIterable<Uint8Array>,
  options: Partial<ReadOptions> = {},
): Promise<Read> => {
  const reading = readRows(source, { key: 'data/a.csv', ...options });
  const rows: RowResult[] = [];
  let next = await reading.next();
  while (next.done !== true) {
    rows.push(next.value);
    next = await reading.next();
  }
  return { rows, summary: next.value };
};

export const read = (text: string | Uint8Array, options: Partial<ReadOptions> = {}): Promise<Read> =>
  readFrom(pieces(typeof text === 'string' ? Buffer.from(text) : text), options);

/** `2 valid a`, `3 bad-quote b`: line, what it is, id. */
export const told = ({ rows }: Read): string[] =>
  rows.map(
    (row) =>
      `${row.line} ${row.kind === 'valid' ? 'valid' : row.findings.find(({ severity }) => severity === 'error')?.code} ${row.id}`,
  );
