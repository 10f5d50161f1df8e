import type { PlannedWrite } from './item-write.ts';

interface Capacity {
  TableName: string;
  CapacityUnits: number;
}

/** The units of several writes by table, as BatchWriteItem and (doubled) TransactWriteItems report them. */
export const consumedCapacity = (planned: readonly PlannedWrite[], times: number): Capacity[] => {
  const units = new Map<string, number>();
  for (const { write, result } of planned) {
    const consumed = (result.ConsumedCapacity as Capacity | undefined)?.CapacityUnits ?? 0;
    units.set(write.table.TableName, (units.get(write.table.TableName) ?? 0) + consumed * times);
  }
  return [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits }));
};

export const isWanted = (returnConsumedCapacity: unknown): boolean =>
  returnConsumedCapacity === 'TOTAL' || returnConsumedCapacity === 'INDEXES';
