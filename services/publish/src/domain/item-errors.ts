import type { ItemRemark } from '@catalog-sync/shared/ports/graph.ts';
import type { ItemError } from '@catalog-sync/shared/records/publish.ts';
import { remedyFor } from './remedy.ts';

/** Several messages about one item are one error of it, cut to what a person reads. */
const LONGEST_MESSAGE = 1000;

export const itemError = (
  id: string,
  stage: ItemError['stage'],
  code: string | null,
  messages: readonly string[],
): ItemError => {
  const said = [...new Set(messages)].filter((text) => text !== '').join('; ');
  const message = said === '' ? 'Meta gave no message.' : said.slice(0, LONGEST_MESSAGE);
  return { id, stage, code, message, remedy: remedyFor(code, message) };
};

interface Named {
  id: string | null;
  messages: readonly string[];
  /** Meta's `error_type`, which becomes the error's code. */
  type?: string | null;
}

/** One error for each id of the batch that is named, in the order of the batch; names of nothing in it are left out. */
export const erroredItems = (
  ids: readonly string[],
  named: readonly Named[],
  stage: ItemError['stage'],
): ItemError[] => {
  const byId = new Map<string, { messages: string[]; type: string | null }>();
  for (const { id, messages, type = null } of named) {
    if (id === null) continue;
    const before = byId.get(id);
    byId.set(id, { messages: [...(before?.messages ?? []), ...messages], type: before?.type ?? type });
  }
  return ids.flatMap((id) => {
    const said = byId.get(id);
    return said === undefined ? [] : [itemError(id, stage, said.type, said.messages)];
  });
};

/** The items that the answer to a call names as errored; a remark with warnings alone refuses nothing. */
export const erroredByCall = (ids: readonly string[], validation: readonly ItemRemark[]): ItemError[] =>
  erroredItems(
    ids,
    validation.filter(({ errors }) => errors.length > 0).map(({ id, errors }) => ({ id, messages: errors })),
    'call',
  );

/** `100`, or with its subcode `100/1234`. */
export const codeText = (code: number | null, subcode: number | null = null): string | null =>
  code === null ? null : subcode === null ? String(code) : `${code}/${subcode}`;
