import type { Done, Request, Store, TableDescription } from 'dynalite/db/index.js';
import validations from 'dynalite/validations/index.js';
import { asServiceError } from './service-error.ts';

// The imports of dynalite/db, dynalite/actions and dynalite/validations in this folder reach into the package's inner
// files, which only version 4.0.0 is known to have in this shape.

type Action = (store: Store, request: Request, done: Done) => void;

/** Checks and parses a request as DynamoDB does before it looks at a table. Throws ServiceError. */
export const validate = (
  rules: { types: unknown; custom?: unknown },
  body: Record<string, unknown>,
  store: Store,
): Request => {
  try {
    const request = validations.checkTypes(structuredClone(body), rules.types);
    validations.checkValidations(request, rules.types, rules.custom, store);
    return request as Request;
  } catch (error) {
    throw asServiceError(error);
  }
};

/** Runs one of dynalite's actions on a validated request. Rejects with ServiceError for what the caller did wrong. */
export const perform = (action: Action, store: Store, request: Request): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    action(store, request, (error, result) => {
      if (error) reject(asServiceError(error));
      else resolve((result ?? {}) as Record<string, unknown>);
    });
  });

/** Rejects with ResourceNotFoundException when there is no such table, or none that is ready. */
export const tableOf = (store: Store, name: string): Promise<TableDescription> =>
  new Promise((resolve, reject) => {
    store.getTable(name, (error, table) => {
      if (error || !table) reject(asServiceError(error));
      else resolve(table);
    });
  });
