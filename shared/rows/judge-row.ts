import type { ItemData } from '../catalog/item.ts';
import type { Code } from './codes.ts';
import type { Column } from './contract.ts';
import { type Finding, finding, type RowResult } from './finding.ts';
import type { Layout } from './header.ts';
import { shown } from './show.ts';
import { cleared, judge, readPrice, wanted } from './values.ts';

const longestId = 100;

/** An id that can be believed: not empty, not too long, no NUL. */
export const readableId = (cell: string | undefined): string | null => {
  const id = cell?.trim() ?? '';
  return id === '' || id.length > longestId || id.includes('\0') ? null : id;
};

/** What spreadsheets make of long numbers and broken formulas: `8.8E+12`, `#REF!`. */
const mangled = /^(?:\d+(?:[.,]\d+)?E\+\d+|\d+[.,]\d+E\d+|#(?:REF!|N\/A|NAME\?|VALUE!|DIV\/0!|NUM!|NULL!))$/i;

/** Letters that have a capital form, at least five of them, and all of them capital: `LEATHER BOOTS`, not `IKEA`. */
export const isAllCapitals = (text: string): boolean =>
  !/[a-z]/.test(text) &&
  text === text.toUpperCase() &&
  text !== text.toLowerCase() &&
  (text.match(/\p{Lu}/gu)?.length ?? 0) >= 5;

const codeOfBad = ({ name, rule }: Column, required: boolean): Code =>
  (required && rule.kind === 'url' ? `bad-url-${name}` : `bad-${name}`) as Code;

/** The item's key order is that of the contract: required columns, then extras. */
type Fields = Record<string, string | string[]>;

/** Judges one row of the right width. All that is wrong is said at once. */
export const judgeRow = (cells: readonly string[], layout: Layout, line: number, row: number): RowResult => {
  const id = readableId(cells[layout.idIndex]);
  const findings: Finding[] = [];
  const say = (column: Column, code: Code, message: string, remedy: string) =>
    findings.push(finding({ line, row, column: column.name, retailerId: id }, code, message, remedy));
  const done = (data: Fields): RowResult =>
    id !== null && findings.every(({ severity }) => severity === 'warning')
      ? { kind: 'valid', line, row, id, data: data as ItemData, findings }
      : { kind: 'rejected', line, row, id, findings };

  const placed = [...layout.required, ...layout.extras];
  const withNul = placed.filter(({ index }) => cells[index]!.includes('\0'));
  for (const { column, index } of withNul)
    say(
      column,
      'nul',
      `${column.name} holds a NUL character: ${shown(cells[index]!)}.`,
      'Export the file again as UTF-8 text; a NUL is a sign of a damaged export.',
    );
  if (withNul.length > 0) return done({});

  if (cells.every((cell) => cell.trim() === '')) {
    say(layout.required[0]!.column, 'empty-id', 'All cells of this row are empty.', 'Remove the row.');
    return done({});
  }

  const data: Fields = {};
  const take = (column: Column, text: string, required: boolean) => {
    const judged = judge(column.rule, text);
    if (judged.ok) data[column.field] = judged.value;
    else if (judged.fault === 'too-long' && required)
      say(
        column,
        `too-long-${column.name}` as Code,
        `${column.name} has ${text.length} characters; at most ${judged.longest} are allowed. It starts with ${shown(text)}.`,
        `Shorten it to ${judged.longest} characters.`,
      );
    else say(column, codeOfBad(column, required), `${column.name} is ${shown(text)}.`, `Write ${wanted(column.rule)}.`);
    if (column.identifier === true && mangled.test(text))
      say(
        column,
        'looks-mangled',
        `${column.name} is ${shown(text)}, which looks like a number or formula that a spreadsheet has changed.`,
        'Format the column as text in the spreadsheet and enter the value again.',
      );
  };

  for (const { column, index } of layout.required) {
    const text = cells[index]!.trim();
    if (text === '') say(column, `empty-${column.name}`, `${column.name} is empty.`, `Fill in ${column.name}.`);
    else take(column, text, true);
    if ((column.name === 'title' || column.name === 'description') && isAllCapitals(text))
      say(
        column,
        'all-capitals',
        `${column.name} is written in capitals: ${shown(text)}.`,
        'Write it in normal letters: Meta may refuse texts in capitals.',
      );
  }
  for (const { column, index } of layout.extras) {
    const text = cells[index]!.trim();
    if (text === '') data[column.field] = cleared(column.rule);
    else take(column, text, false);
  }

  const sale = readPrice(String(data.sale_price ?? ''));
  const price = readPrice(String(data.price ?? ''));
  if (sale && price && (sale.currency !== price.currency || sale.amount >= price.amount)) {
    const { column } = layout.extras.find((extra) => extra.column.name === 'sale_price')!;
    say(
      column,
      'bad-sale_price',
      `sale_price is ${shown(String(data.sale_price))}, which is not below the price ${shown(String(data.price))}.`,
      `Write ${wanted(column.rule)}.`,
    );
  }
  return done(data);
};
