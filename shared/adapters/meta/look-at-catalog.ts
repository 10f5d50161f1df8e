import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type Look, type Reader, readGraph } from './read-graph.ts';

export interface SeenCatalog {
  kind: 'catalog';
  name: string | null;
  products: number | null;
  /** `commerce` for a shop's; null when Meta does not say. */
  vertical: string | null;
}

const Catalog = t.intersection([
  t.type({ id: t.unknown }),
  t.partial({ name: t.unknown, product_count: t.unknown, vertical: t.unknown }),
]);

/** `GET /{catalog}` for a person: what the catalog is, or exactly why it cannot be seen. */
export const lookAtCatalog = (reader: Reader, catalogId: string, proven: boolean): Promise<Look<SeenCatalog>> =>
  readGraph(reader, {
    path: catalogId,
    parameters: { fields: 'id,name,product_count,vertical' },
    proven,
    read: (json, clean) => {
      const catalog = Catalog.decode(json);
      if (!isRight(catalog)) return undefined;
      const { name, product_count: count, vertical } = catalog.right;
      return {
        kind: 'catalog',
        name: typeof name === 'string' ? clean(name) : null,
        products: t.Int.is(count) ? count : null,
        vertical: typeof vertical === 'string' ? clean(vertical) : null,
      };
    },
  });
