import { dynamoDbConformance } from '../aws/dynamodb/dynamodb.conformance.ts';
import { makeTable } from './make.ts';
import { type Target, targetOfRun } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await targetOfRun();
});
afterAll(() => target.close());

dynamoDbConformance(async () => ({ client: target.clients.dynamodb, makeTable: () => makeTable(target) }));
