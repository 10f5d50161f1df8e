import { isDeepStrictEqual } from 'node:util';
import { CatalogName } from '../../../shared/catalog/sync.ts';
import { catalogOf, readSettings, type Settings } from '../../../shared/settings.ts';
import { look } from '../look.ts';
import { reshapeJson } from '../reshape-json.ts';
import { must, pure, size, type Target } from '../target.ts';
import { jsonWords } from './words.ts';

const names = [
  'default',
  'metaCatalogId',
  'onBadRow',
  'onBadFile',
  'maxBatches',
  'maxItems',
  'maxBytes',
  'inFlight',
  'stuckAfterMinutes',
  'embargoMinutes',
  'callsPerHour',
  'gate',
  'deletesShare',
  'pricesCount',
];
const values: readonly unknown[] = [
  ...names,
  { metaCatalogId: '1' },
  { metaCatalogId: '1', gate: { deletesShare: 0.5 } },
];
const documented = /^the settings of the catalogs are wrong: ./s;
const documentedName = /is no name for a catalog: use a-z, 0-9 and "-", at most 40 characters$/;
const [least] = Object.values(readSettings({ default: { metaCatalogId: '1' } }));
const parts = Object.keys(least!).toSorted().join();
const gates = Object.keys(least!.gate).toSorted().join();

const given = (text: string): { json: unknown } | undefined => {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
};

const checkSettings = (settings: Settings, json: unknown): void => {
  look(settings);
  must(
    isDeepStrictEqual(Object.keys(settings).toSorted(), Object.keys(json as object).toSorted()),
    'every catalog that is given is read, or refused',
    () => `${Object.keys(settings)} of ${Object.keys(json as object)}`,
  );
  for (const [name, one] of Object.entries(settings)) {
    must(CatalogName.is(name), 'catalogs have usable names', () => name);
    const complete = Object.keys(one).toSorted().join() === parts && Object.keys(one.gate).toSorted().join() === gates;
    must(complete, 'settings are complete, and nothing else', () => JSON.stringify(one));
    must(
      one.maxItems >= 1 && one.maxItems <= 5_000 && one.maxBytes <= 28_000_000 && one.inFlight >= 1,
      'ceilings of Meta hold',
      () => JSON.stringify(one),
    );
    must(/^\d+$/.test(one.metaCatalogId), 'the id at Meta is digits');
  }
  // They reach each function as text.
  const again = readSettings(JSON.parse(JSON.stringify(settings)));
  // As text, for JSON writes −0 as 0.
  must(JSON.stringify(again) === JSON.stringify(settings), 'settings that were read are read again as the same');
  for (const first of ['__proto__', 'constructor', 'toString', 'default', 'no such catalog']) {
    const catalog = catalogOf(`${first}/a.csv`, settings);
    must(Object.hasOwn(settings, catalog) || catalog === 'default', 'a path belongs to a catalog of the settings');
  }
};

/** What a shop writes about its catalogs. */
export const settings = (read: typeof readSettings = readSettings): Target => ({
  name: 'settings',
  corpus: 'settings',
  ending: '.txt',
  dictionary: [...jsonWords, ...names, 'set-aside', 'refuse-file', 'refuse-sync'],
  largest: 40_000,
  reshape: (input, random) => Buffer.from(reshapeJson(input.toString(), values, random)),
  open: pure(async (input) => {
    const text = input.toString();
    const json = given(text);
    if (json === undefined) return 'no JSON';
    let settings: Settings;
    try {
      settings = read(json.json);
    } catch (error) {
      const message = error instanceof Error ? error.message : '';
      const isDocumented = documented.test(message) || documentedName.test(message);
      if (!isDocumented) throw error;
      must(
        message.length <= 2_000 + 300 * text.length,
        'an error is not much longer than what is wrong',
        () => `${message.length} characters`,
      );
      return `refused ${documentedName.test(message)} ${size(message.split('; ').length)}`;
    }
    checkSettings(settings, json.json);
    return `${size(Object.keys(settings).length)} ${[...new Set(Object.values(settings).map(({ onBadFile, onBadRow }) => onBadFile + onBadRow))].toSorted()}`;
  }),
});
