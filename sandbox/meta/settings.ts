import { type Language, messages } from './messages.ts';
import type { Allowance, Bucket } from './quota.ts';
import {
  flag,
  httpStatus,
  isCount,
  isRecord,
  isText,
  milliseconds,
  oneOf,
  orNull,
  type Rule,
  text,
  wholeNumber,
} from './rules.ts';

/** What Meta's documentation leaves open, or says in two ways. Each default is what the evidence speaks for. */
interface OpenQuestions {
  // 1. Are the other entries of a call processed when some have errors at once? One public thread shows a handle.
  handleWithErrors: boolean;

  // 2. Is one copy of a duplicated id applied? For feeds Meta says that all copies are ignored.
  duplicateCopyApplied: 'none' | 'first' | 'last';

  // 3. How long is a handle known, how long are the lists, and how long does a batch take?
  /** From the batch's acceptance on; null: for ever. */
  handleLifetimeMs: number | null;
  /** How many errors, and how many warnings, a status lists; the counts stay true. null: all. */
  errorListLimit: number | null;
  /** How many ids of invalid requests a status lists. null: all. */
  invalidIdListLimit: number | null;
  /** From a batch's acceptance to its end, on the sandbox's clock, and what each entry adds to it. */
  processingMs: number;
  processingMsPerEntry: number;

  // 4. What is CREATE of an id that exists, what is null, and are status and preorder known to items_batch?
  createOfExisting: 'updates' | 'error';
  nullValue: 'ignored' | 'clears' | 'error';
  acceptsStatus: boolean;
  acceptsPreorder: boolean;

  // 5. How are the buckets called in the usage header, and which HTTP status have 80009 and 80014?
  bucketTypes: Record<Bucket, string>;
  throttleHttp: number;

  // 6. How long may a text be? Longest texts by field, where they should differ from the wider documented limit.
  textLimits: Record<string, number>;

  // 7. How many items may a catalog have? null: no limit is known.
  maxItems: number | null;

  // 8. Has the batch quota a part by the minute? `batchCallsPerMinute` is null if not.
  quota: Allowance;
}

/** What can be changed while the emulator runs, by POST _emulator/settings. A restart begins with the defaults. */
export interface Settings extends OpenQuestions {
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
  /** The code for a call without a token. */
  missingTokenCode: 190 | 2500;
  /** The HTTP status of code 190: both were seen. */
  tokenErrorHttp: 400 | 401;
  /** How much longer a block lasts for each call made while it holds. */
  blockExtensionMs: number;
  /** Usage headers appear from this percentage of an allowance on. */
  usageHeadersFromPercent: number;
  /** Language of what is said about items. */
  language: Language;
  /** The number of the first entry of a call in `line`: Meta's samples show both. */
  firstLine: 0 | 1;
  /** How the words of a status are written: lower case in Meta's samples, upper case in some of its SDKs. */
  statusCase: 'lower' | 'upper';
  /** Ids that look alike are duplicates in a call: one integration saw that of blanks around them and characters of no width. */
  similarIdsAreDuplicates: boolean;
  /** List messages about missing required fields as warnings, though they count as errors: so does Meta's own sample. */
  missingFieldsAsWarnings: boolean;
  maxEntries: number;
  maxPayloadBytes: number;
  /** How many items a page of products holds at most. */
  maxPageSize: number;
}

/** Meta gives a quiet catalog 200 batch calls and 20,000 others an hour; so few would stop a developer at play. */
export const CALLS_PER_HOUR = 100_000;

export const defaultSettings = (token: string, appSecret = ''): Settings => ({
  handleWithErrors: true,
  duplicateCopyApplied: 'none',
  handleLifetimeMs: null,
  errorListLimit: 1_000,
  invalidIdListLimit: null,
  processingMs: 1_500,
  processingMsPerEntry: 0,
  createOfExisting: 'updates',
  nullValue: 'ignored',
  acceptsStatus: true,
  acceptsPreorder: true,
  bucketTypes: { catalog_batch: 'catalog_batch', catalog_management: 'catalog_management' },
  throttleHttp: 400,
  textLimits: {},
  maxItems: null,
  quota: { batchCallsPerHour: CALLS_PER_HOUR, managementCallsPerHour: CALLS_PER_HOUR, batchCallsPerMinute: null },

  token,
  tokenExpiresAt: 0,
  scopes: ['catalog_management', 'business_management', 'ads_management'],
  appSecret,
  requireProof: false,
  missingTokenCode: 2500,
  tokenErrorHttp: 400,
  blockExtensionMs: 60_000,
  usageHeadersFromPercent: 1,
  language: 'en',
  firstLine: 0,
  statusCase: 'lower',
  similarIdsAreDuplicates: false,
  missingFieldsAsWarnings: false,
  // Both limits: developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/items_batch
  maxEntries: 5_000,
  maxPayloadBytes: 28 * 1024 * 1024,
  maxPageSize: 1_000,
});

/** Settings that are records of known parts, which can be given one by one. */
const isPartOf =
  (parts: Readonly<Record<string, Rule>>) =>
  (value: unknown): boolean =>
    isRecord(value) &&
    Object.entries(value).every(([name, part]) => Object.hasOwn(parts, name) && parts[name]?.[0](part));

const rules: Record<keyof Settings, Rule> = {
  handleWithErrors: flag,
  duplicateCopyApplied: oneOf('none', 'first', 'last'),
  handleLifetimeMs: orNull(milliseconds),
  errorListLimit: orNull(wholeNumber),
  invalidIdListLimit: orNull(wholeNumber),
  processingMs: milliseconds,
  processingMsPerEntry: milliseconds,
  createOfExisting: oneOf('updates', 'error'),
  nullValue: oneOf('ignored', 'clears', 'error'),
  acceptsStatus: flag,
  acceptsPreorder: flag,
  bucketTypes: [
    isPartOf({ catalog_batch: text, catalog_management: text }),
    '{"catalog_batch","catalog_management"}, each a text',
  ],
  throttleHttp: httpStatus,
  textLimits: [(value) => isRecord(value) && Object.values(value).every(isCount), '{"<field>": characters}'],
  maxItems: orNull(wholeNumber),
  quota: [
    isPartOf({
      batchCallsPerHour: wholeNumber,
      managementCallsPerHour: wholeNumber,
      batchCallsPerMinute: orNull(wholeNumber),
    }),
    '{"batchCallsPerHour","managementCallsPerHour","batchCallsPerMinute"}, each a whole number; the last may be null',
  ],

  token: [(value) => isText(value) && value !== '', 'a text'],
  tokenExpiresAt: [isCount, 'an instant in epoch milliseconds, 0 for never'],
  scopes: [(value) => Array.isArray(value) && value.every(isText), 'a list of permissions'],
  appSecret: text,
  requireProof: flag,
  missingTokenCode: oneOf(190, 2500),
  tokenErrorHttp: oneOf(400, 401),
  blockExtensionMs: milliseconds,
  usageHeadersFromPercent: [isCount, 'a percentage'],
  language: oneOf(...Object.keys(messages)),
  firstLine: oneOf(0, 1),
  statusCase: oneOf('lower', 'upper'),
  similarIdsAreDuplicates: flag,
  missingFieldsAsWarnings: flag,
  maxEntries: wholeNumber,
  maxPayloadBytes: [isCount, 'a number of bytes'],
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
  const { quota, bucketTypes, ...others } = changes;
  Object.assign(settings, others);
  Object.assign(settings.quota, quota);
  Object.assign(settings.bucketTypes, bucketTypes);
};

/** The settings without their secrets. */
export const shownSettings = (settings: Settings): Settings => ({
  ...settings,
  token: '***',
  appSecret: settings.appSecret === '' ? '' : '***',
});
