export { allCodes, type Code, fileCodes, rowCodes, type Severity, severityOf, warningCodes } from './codes.ts';
export type { FileSummary, Finding, RowResult } from './finding.ts';
export { defaultLimits, type Limits } from './limits.ts';
export { itemOf, type ReadOptions, readRows } from './read-rows.ts';
