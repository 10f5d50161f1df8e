import * as t from 'io-ts';
import { defineEvent } from './define.ts';

export const ProductsTransformed = defineEvent({
  name: 'ProductsTransformed',
  speaker: 'transform',
  version: 1,
  sentence: 'The plan of a sync stands, and its batches are written.',
  data: t.strict({ key: t.string, batches: t.number, items: t.number }),
  example: { key: 'syncs/default/000042/plan-7be1.json', batches: 3, items: 7000 },
});
