import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { SandboxInfo } from '../../process/sandbox-info.ts';

export type TableItem = Record<string, unknown> & { pk: string; sk: string };

/** The services' tables, read whole. */
export interface Tables {
  names(): Promise<string[]>;
  /** All items of the service's table, by their keys. */
  items(service: 'ingest' | 'validate' | 'transform' | 'publish' | 'monitor'): Promise<TableItem[]>;
}

export const tablesOf = ({ dynamodb, region }: Pick<SandboxInfo, 'dynamodb' | 'region'>): Tables => {
  const credentials = { accessKeyId: 'shop', secretAccessKey: 'shop' };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: dynamodb, region, credentials }));
  const names = async (): Promise<string[]> => (await client.send(new ListTablesCommand({}))).TableNames ?? [];
  return {
    names,
    items: async (service) => {
      const TableName = (await names()).find((name) => name.endsWith(`-${service}`));
      const items: TableItem[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
        items.push(...(Items as TableItem[]));
      return items.sort((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1));
    },
  };
};
