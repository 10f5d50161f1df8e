import getItem from 'dynalite/actions/getItem.js';
import type { Item, Request, TableDescription } from 'dynalite/db/index.js';
import db from 'dynalite/db/index.js';
import getRules from 'dynalite/validations/getItem.js';
import { consumedCapacity, isWanted } from './consumed-capacity.ts';
import { perform, tableOf, validate } from './engine.ts';
import { type ItemWrite, itemWrite, lockOf, type PlannedWrite, planWrite, type WriteKind } from './item-write.ts';
import { type CancellationReason, invalid, ServiceError } from './service-error.ts';
import { requestHash, type TransactionTokens } from './transaction-tokens.ts';
import type { Writer } from './writer.ts';

/** Both limits are DynamoDB's. */
const MAX_ACTIONS = 100;
const MAX_BYTES = 4 * 1024 * 1024;

const KINDS: readonly WriteKind[] = ['ConditionCheck', 'Put', 'Delete', 'Update'];
const TWO_OF_ONE_ITEM = 'Transaction request cannot include multiple operations on one item';

type Body = Record<string, unknown>;

const actionsOf = (body: Body): Body[] => {
  const actions = body.TransactItems;
  if (!Array.isArray(actions) || actions.length < 1 || actions.length > MAX_ACTIONS) {
    throw invalid(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${MAX_ACTIONS} and greater than or equal to 1`,
    );
  }
  return actions as Body[];
};

const tokenOf = (body: Body): string | undefined => {
  const token = body.ClientRequestToken;
  if (token === undefined || token === null) return undefined;
  if (typeof token === 'string' && token.length >= 1 && token.length <= 36) return token;
  throw invalid("Value at 'clientRequestToken' must have a length of 1 to 36");
};

const canceled = (reasons: CancellationReason[]): ServiceError =>
  new ServiceError(
    'TransactionCanceledException',
    'Transaction cancelled, please refer cancellation reasons for specific reasons ' +
      `[${reasons.map((reason) => reason.Code).join(', ')}]`,
    { CancellationReasons: reasons },
  );

const reasonFor = (error: ServiceError): CancellationReason =>
  error.name === 'ConditionalCheckFailedException'
    ? { Code: 'ConditionalCheckFailed', Message: error.message, ...(error.body.Item && { Item: error.body.Item }) }
    : { Code: 'ValidationError', Message: error.message };

const refuseTwice = (locks: readonly string[]): void => {
  if (new Set(locks).size < locks.length) throw invalid(TWO_OF_ONE_ITEM);
};

const planAll = async (writer: Writer, writes: readonly ItemWrite[]): Promise<PlannedWrite[]> => {
  const outcomes = await Promise.all(
    writes.map((write) =>
      planWrite(writer.store, write).catch((error: unknown) => {
        if (error instanceof ServiceError) return error;
        throw error;
      }),
    ),
  );
  const planned = outcomes.filter((outcome): outcome is PlannedWrite => !(outcome instanceof ServiceError));
  if (planned.length < outcomes.length) {
    throw canceled(outcomes.map((one) => (one instanceof ServiceError ? reasonFor(one) : { Code: 'None' })));
  }
  const bytes = planned.reduce((sum, { after }) => sum + (after ? db.itemSize(after) : 0), 0);
  if (bytes > MAX_BYTES) throw invalid(`The items of a transaction are at most ${MAX_BYTES} bytes, these are ${bytes}`);
  return planned;
};

/**
 * TransactWriteItems: all of its up to 100 actions or none. Waits for other writes to the same items instead of
 * cancelling with TransactionConflict.
 */
export const transactWrite = async (
  writer: Writer,
  tokens: TransactionTokens,
  now: () => number,
  body: Body,
): Promise<Body> => {
  const actions = actionsOf(body);
  const token = tokenOf(body);
  const { ReturnConsumedCapacity } = body;

  const writes: ItemWrite[] = [];
  for (const action of actions) {
    const kinds = KINDS.filter((kind) => action[kind] !== undefined && action[kind] !== null);
    const [kind] = kinds;
    if (!kind || kinds.length > 1) {
      throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
    }
    const request = { ...(action[kind] as Body), ...(isWanted(ReturnConsumedCapacity) && { ReturnConsumedCapacity }) };
    writes.push(await itemWrite(kind, request, writer.store));
  }
  if (writes.some((write) => write.kind === 'Update' && write.request.UpdateExpression === undefined)) {
    throw invalid('The Update action of a transaction needs an UpdateExpression');
  }
  if (writes.some((write) => write.keyError)) {
    throw canceled(writes.map(({ keyError }) => (keyError ? reasonFor(keyError) : { Code: 'None' })));
  }
  const locks = writes.map((write) => lockOf(write.table.TableName, write.key!));
  refuseTwice(locks);

  const hash = requestHash(actions);
  const tokenLock = token === undefined ? [] : [`token ${token}`];
  return writer.locks.hold([...locks, ...tokenLock], async () => {
    if (token !== undefined && tokens.isDone(token, hash, now())) return {};
    const planned = await planAll(writer, writes);
    const at = now();
    await writer.commit(planned, token === undefined ? [] : tokens.operationsFor(token, hash, at));
    if (token !== undefined) tokens.remember(token, hash, at);
    // A transaction costs twice: once to prepare, once to commit.
    return isWanted(ReturnConsumedCapacity) ? { ConsumedCapacity: consumedCapacity(planned, 2) } : {};
  });
};

/** TransactGetItems: up to 100 items as they are together at one moment. */
export const transactGet = async ({ store, locks }: Writer, body: Body): Promise<Body> => {
  const gets: { request: Request; table: TableDescription; lock: string }[] = [];
  for (const action of actionsOf(body)) {
    if (typeof action.Get !== 'object' || action.Get === null) throw invalid('TransactItems can only contain Get');
    const request = validate(getRules, action.Get as Body, store);
    const table = await tableOf(store, request.TableName);
    const wrong = db.validateKey(request.Key!, table);
    if (wrong) throw invalid(wrong.message);
    gets.push({ request, table, lock: lockOf(table.TableName, db.createKey(request.Key!, table)) });
  }
  const wanted = gets.map((get) => get.lock);
  refuseTwice(wanted);
  return locks.hold(wanted, async () => {
    const found = await Promise.all(gets.map(({ request }) => perform(getItem, store, request)));
    return { Responses: found.map(({ Item: item }) => (item ? { Item: item as Item } : {})) };
  });
};
