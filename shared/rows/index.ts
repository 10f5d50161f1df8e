export type { FileSummary, Finding, RowResult } from './finding.ts';
export { type ReadOptions, readRows } from './read-rows.ts';
