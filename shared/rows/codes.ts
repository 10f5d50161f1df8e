import { type ExtraColumn, extraColumns, type RequiredColumn, requiredColumns } from './contract.ts';

const fileCodes = [
  'unreadable',
  'empty-file',
  'header-only',
  'missing-column',
  'duplicate-column',
  'not-utf8',
  'too-many-columns',
  'too-large',
] as const;
const warningCodes = ['unknown-column', 'duplicate-id', 'all-capitals', 'looks-mangled', 'cut-at-end'] as const;

/** Required columns whose text or address has a longest length. */
type LimitedColumn = Exclude<RequiredColumn, 'availability' | 'price' | 'condition'>;

export type FileCode = (typeof fileCodes)[number];
export type WarningCode = (typeof warningCodes)[number];
export type RowCode =
  | `empty-${RequiredColumn}`
  | `too-long-${LimitedColumn}`
  | 'bad-price'
  | 'bad-availability'
  | 'bad-condition'
  | `bad-url-${'link' | 'image_link'}`
  | 'ragged-row'
  | 'bad-quote'
  | 'nul'
  | `bad-${ExtraColumn}`;
/** The closed list of what can be found in a file. */
export type Code = FileCode | RowCode | WarningCode;
export type Severity = 'error' | 'warning';

const isLimited = ({ rule }: (typeof requiredColumns)[number]) => rule.kind === 'text' || rule.kind === 'url';

export const rowCodes: readonly RowCode[] = [
  ...requiredColumns.map(({ name }) => `empty-${name}` as const),
  ...requiredColumns.filter(isLimited).map(({ name }) => `too-long-${name as LimitedColumn}` as const),
  'bad-price',
  'bad-availability',
  'bad-condition',
  'bad-url-link',
  'bad-url-image_link',
  'ragged-row',
  'bad-quote',
  'nul',
  ...extraColumns.map(({ name }) => `bad-${name}` as const),
];
export { fileCodes, warningCodes };
export const allCodes: readonly Code[] = [...fileCodes, ...rowCodes, ...warningCodes];

const warnings: ReadonlySet<string> = new Set(warningCodes);
/** `error`: the row, or the file, is not used. */
export const severityOf = (code: Code): Severity => (warnings.has(code) ? 'warning' : 'error');
