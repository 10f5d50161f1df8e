import { type Language, messages } from './messages.ts';

/** What can be changed while the emulator runs, by POST _emulator/settings. A restart begins with the defaults. */
export interface Settings {
  /** The one token that is good. */
  token: string;
  /** Epoch milliseconds after which the token has expired; 0 is never. */
  tokenExpiresAt: number;
  /** Permissions of the token. Without catalog_management every call of a catalog is refused. */
  scopes: string[];
  /** The app's secret, by which an appsecret_proof is judged; empty: proofs are not looked at. */
  appSecret: string;
  /** The app lets no call through without a proof. */
  requireProof: boolean;
  quota: { batchCallsPerHour: number; managementCallsPerHour: number };
  /** How much longer a block lasts for each call made while it holds. */
  blockExtensionMs: number;
  /** Usage headers appear from this percentage of an allowance on. */
  usageHeadersFromPercent: number;
  /** From a batch's acceptance to its end, on the sandbox's clock. */
  processingMs: number;
  /** Language of what is said about items. */
  language: Language;
  /** How many errors, and how many warnings, a status lists; the counts stay true. null: all. */
  errorListLimit: number | null;
  /** How many ids of invalid requests a status lists. null: all. */
  invalidIdListLimit: number | null;
  /** Whether a call that has entries with errors still gets a handle for the others. */
  handleWithErrors: boolean;
  maxEntries: number;
  maxPayloadBytes: number;
  /** Longest texts by field, where they should differ from what is documented. */
  textLimits: Record<string, number>;
  /** How many items a page of products holds at most. */
  maxPageSize: number;
}

export const defaultSettings = (token: string, appSecret = ''): Settings => ({
  token,
  tokenExpiresAt: 0,
  scopes: ['catalog_management', 'business_management', 'ads_management'],
  appSecret,
  requireProof: false,
  // Meta gives a quiet catalog 200 batch calls and 20,000 others an hour; so few would stop a developer at play.
  quota: { batchCallsPerHour: 100_000, managementCallsPerHour: 100_000 },
  blockExtensionMs: 60_000,
  usageHeadersFromPercent: 1,
  processingMs: 1_500,
  language: 'en',
  errorListLimit: 1_000,
  invalidIdListLimit: null,
  handleWithErrors: true,
  // Both limits: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/items_batch
  maxEntries: 5_000,
  maxPayloadBytes: 28 * 1024 * 1024,
  textLimits: {},
  maxPageSize: 1_000,
});

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isLimit = (value: unknown): boolean => value === null || isCount(value);
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isText = (value: unknown): boolean => typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const rules: Record<keyof Settings, readonly [accepts: (value: unknown) => boolean, is: string]> = {
  token: [(value) => isText(value) && value !== '', 'a text'],
  tokenExpiresAt: [isCount, 'an instant in epoch milliseconds, 0 for never'],
  scopes: [(value) => Array.isArray(value) && value.every(isText), 'a list of permissions'],
  appSecret: [isText, 'a text'],
  requireProof: [isFlag, 'true or false'],
  quota: [
    (value) =>
      isRecord(value) &&
      Object.entries(value).every(([name, calls]) => /^(batch|management)CallsPerHour$/.test(name) && isCount(calls)),
    '{"batchCallsPerHour","managementCallsPerHour"}, each a whole number',
  ],
  blockExtensionMs: [isCount, 'milliseconds'],
  usageHeadersFromPercent: [isCount, 'a percentage'],
  processingMs: [isCount, 'milliseconds'],
  language: [(value) => isText(value) && Object.hasOwn(messages, value as string), Object.keys(messages).join(' or ')],
  errorListLimit: [isLimit, 'a whole number, or null for no limit'],
  invalidIdListLimit: [isLimit, 'a whole number, or null for no limit'],
  handleWithErrors: [isFlag, 'true or false'],
  maxEntries: [isCount, 'a whole number'],
  maxPayloadBytes: [isCount, 'a number of bytes'],
  textLimits: [(value) => isRecord(value) && Object.values(value).every(isCount), '{"<field>": characters}'],
  maxPageSize: [(value) => isCount(value) && value !== 0, 'a whole number above 0'],
};

/** Lays `changes` over the settings. Throws, and changes nothing, if one of them is unknown or of a wrong kind. */
export const changeSettings = (settings: Settings, changes: unknown): void => {
  if (!isRecord(changes)) throw new Error('settings are a JSON object');
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(rules, name))
      throw new Error(`there is no setting "${name}"; there are ${Object.keys(rules).join(', ')}`);
    const [accepts, is] = rules[name as keyof Settings];
    if (!accepts(value)) throw new Error(`the setting "${name}" is ${is}`);
  }
  const { quota, ...others } = changes;
  Object.assign(settings, others);
  Object.assign(settings.quota, quota);
};

/** The settings without their secrets. */
export const shownSettings = (settings: Settings): Settings => ({
  ...settings,
  token: '***',
  appSecret: settings.appSecret === '' ? '' : '***',
});
