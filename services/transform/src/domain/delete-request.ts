import { Buffer } from 'node:buffer';

/** The record of a call that deletes a product, which holds its id alone. Only products that have an entry are deleted. */
export const deleteRequest = (id: string | null): Buffer => {
  if (id === null) throw new Error('a product that nobody knows cannot be deleted');
  return Buffer.from(JSON.stringify({ method: 'DELETE', data: { id } }));
};
