import type { Endpoint } from './call.ts';
import { checkFields, fieldsParam } from './input.ts';

/** GET /{catalog}?fields=…: proves token, permission and catalog in one call, and counts the products. */
export const catalogNode: Endpoint = ({ catalog, params }, { state, catalogs }) => {
  const node: Record<string, unknown> = {
    id: catalog,
    name: catalogs[catalog]?.name,
    product_count: state.items(catalog).size,
    feed_count: 0,
    vertical: 'commerce',
    business: { id: `9${catalog}`, name: 'Sandbox business' },
  };
  const fields = fieldsParam(params) ?? ['id', 'name'];
  checkFields(fields, Object.keys(node), 'ProductCatalog');
  return Object.fromEntries(['id', ...fields].map((field) => [field, node[field]]));
};
