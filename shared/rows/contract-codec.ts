import { chain } from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { ItemData } from '../catalog/item.ts';
import type { Column } from './contract.ts';
import type { Layout } from './header.ts';
import { cleared, judge, readPrice } from './values.ts';

type Field = string | string[];

const isField = (u: unknown): u is Field => typeof u === 'string' || Array.isArray(u);

/** A cell's text to its field's value. */
const cell = ({ name, rule }: Column, required: boolean): t.Type<Field, Field, unknown> =>
  new t.Type(
    name,
    isField,
    (given, context) => {
      if (typeof given !== 'string' || given.includes('\0')) return t.failure(given, context);
      const text = given.trim();
      if (text === '') return required ? t.failure(given, context) : t.success(cleared(rule));
      const judged = judge(rule, text);
      return judged.ok ? t.success(judged.value) : t.failure(given, context);
    },
    t.identity,
  );

const isOnSale = (sale: unknown, regular: unknown): boolean => {
  const [low, high] = [readPrice(String(sale)), readPrice(String(regular))];
  return low === undefined || high === undefined || (low.currency === high.currency && low.amount < high.amount);
};

/**
 * The contract as an io-ts codec: from a row's cells by the names of their columns to an item's data. It says no more
 * than yes or no; `judge-row.ts` says what is wrong and what to do about it.
 */
export const rowCodecFor = ({ required, extras }: Layout): t.Type<ItemData, unknown, unknown> => {
  const columns: Column[] = [...required, ...extras].map(({ column }) => column);
  const row = t.type(Object.fromEntries(columns.map((column, n) => [column.name, cell(column, n < required.length)])));
  return new t.Type(
    'Row',
    ItemData.is,
    (given, context) =>
      pipe(
        row.validate(given, context),
        chain((cells) =>
          isOnSale(cells.sale_price, cells.price)
            ? t.success(Object.fromEntries(columns.map(({ name, field }) => [field, cells[name]])) as ItemData)
            : t.failure(given, context, 'a sale price that is not below the price'),
        ),
      ),
    t.identity,
  );
};
