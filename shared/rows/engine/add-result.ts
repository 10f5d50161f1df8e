import { requiredColumns } from '../contract.ts';
import type { RowResult } from '../finding.ts';
import { itemOf } from '../read-rows.ts';
import { readPrice } from '../values.ts';
import { currencyCodes } from './decide-value.ts';
import { hashBytes } from './hash.ts';
import { type ItemBlock, makeRoom, REJECTED, REJECTED_WITHOUT_ID, VALID } from './item-block.ts';

/** What a block's availabilities are places in. */
export const availabilities: readonly string[] = requiredColumns.flatMap(({ name, rule }) =>
  name === 'availability' && rule.kind === 'one-of' ? rule.values : [],
);

/** Puts what the reference found about a row into its place. */
export const addResult = (block: ItemBlock, place: number, result: RowResult, seed: number): void => {
  block.lines[place] = result.line;
  block.verdicts[place] = result.kind === 'valid' ? VALID : result.id === null ? REJECTED_WITHOUT_ID : REJECTED;
  if (result.id !== null) block.idHashes.set(hashBytes(Buffer.from(result.id), 0), 2 * place);
  if (result.kind === 'rejected') return;

  const item = Buffer.from(`${JSON.stringify(itemOf(result.data))}\n`);
  makeRoom(block, item.length);
  item.copy(block.bytes, block.written);
  block.starts[place] = block.written;
  block.written += item.length;
  block.ends[place] = block.written - 1;
  block.fingerprints.set(hashBytes(item.subarray(0, -1), seed), 2 * place);
  const price = readPrice(String(result.data.price));
  block.amounts[place] = price?.amount ?? 0;
  block.currencies[place] = currencyCodes.indexOf(price?.currency ?? '');
  block.availabilities[place] = availabilities.indexOf(String(result.data.availability));
};
