import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { isRight } from 'fp-ts/lib/Either.js';
import { rowCodecFor } from '../../../shared/rows/contract-codec.ts';
import { readHeader } from '../../../shared/rows/header.ts';
import { itemOf, readRows } from '../../../shared/rows/read-rows.ts';
import { batchesOfTexts } from './batch-file.ts';
import type { Counts } from './peers.ts';

const fingerprint = (item: string): Buffer => createHash('sha1').update(item).digest();

/** The same by the usual libraries: csv-parse for rows, io-ts for the contract, JSON.stringify, SHA-1. */
export const byLibraries = async (source: string, target: string): Promise<Counts> => {
  const batches = batchesOfTexts(target);
  const counts = { rows: 0, valid: 0 };
  let codec: ReturnType<typeof rowCodecFor> | undefined;
  const columns = (names: string[]): string[] => {
    codec = rowCodecFor(readHeader(names, 1).layout!);
    return names;
  };
  const rows = createReadStream(source).pipe(
    parse({ columns, bom: true, relax_quotes: true, relax_column_count: true }),
  );
  for await (const row of rows) {
    counts.rows++;
    const decoded = codec!.decode(row);
    if (!isRight(decoded)) continue;
    counts.valid++;
    const item = JSON.stringify(itemOf(decoded.right));
    fingerprint(item);
    batches.add(item);
  }
  batches.close();
  return counts;
};

/** The same by the reference, which says of each row what is wrong with it. */
export const byReference = async (source: string, target: string): Promise<Counts> => {
  const batches = batchesOfTexts(target);
  const reading = readRows(createReadStream(source), { key: source });
  let next = await reading.next();
  while (next.done !== true) {
    if (next.value.kind === 'valid') {
      const item = JSON.stringify(itemOf(next.value.data));
      fingerprint(item);
      batches.add(item);
    }
    next = await reading.next();
  }
  batches.close();
  return { rows: next.value.rows, valid: next.value.valid };
};
