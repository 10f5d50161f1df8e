import { Buffer } from 'node:buffer';
import { archiveName, otherArchiveName } from '../../../services/ingest/src/domain/archive-name.ts';
import {
  declaredRows,
  explicitInstant,
  isFolderMarker,
  isLanded,
  isProductFile,
  isWhole,
  partOf,
} from '../../../services/ingest/src/domain/landing.ts';
import { epochMs } from '../../../shared/catalog/instant.ts';
import { seedOf } from '../random.ts';
import { must, pure, type Target } from '../target.ts';
import { words } from './words.ts';

/** S3's longest name of an object, in bytes. */
const LONGEST_KEY = 1_024;
const DAY_MS = 86_400_000;

/** The first line is the key, each other one is `name: value`, as S3 carries metadata: names are small letters. */
const objectOf = (input: Buffer): { key: string; metadata: Record<string, string> } => {
  const [key = '', ...lines] = input.toString().split('\n');
  const entries = lines.flatMap((line): [string, string][] => {
    const at = line.indexOf(':');
    return at < 1 ? [] : [[line.slice(0, at).trim().toLowerCase(), line.slice(at + 1)]];
  });
  return { key, metadata: Object.fromEntries(entries) };
};

const checkInstant = (text: string | undefined): number | null => {
  const at = explicitInstant(text === undefined ? {} : { sequence: text });
  if (at === null || text === undefined) return at;
  const iso = Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : '';
  must(iso !== '', 'a file order is a moment', () => `${text} is ${at}`);
  const trimmed = text.trim();
  // Eight digits may be a day.
  if (/^\d+$/.test(trimmed) && (trimmed.length !== 8 || at === Number(trimmed)))
    must(at === Number(trimmed), 'digits are milliseconds', () => `${text} is ${at}`);
  else {
    const [year, month, day] = (/^(\d{4})-?(\d{2})-?(\d{2})/.exec(trimmed) ?? []).slice(1).map(Number);
    const named = new Date(0).setUTCFullYear(year!, month! - 1, day);
    const date = new Date(named);
    must(
      date.getUTCMonth() === month! - 1 && date.getUTCDate() === day,
      'a day that no calendar has is no file order',
      () => `${text} is ${iso}`,
    );
    // The zone moves it by a day at most, the time of the day by another.
    must(
      at >= named - DAY_MS && at <= named + 2 * DAY_MS,
      'a moment lies on the day it names',
      () => `${text} is ${iso}`,
    );
  }
  if (/^\d/.test(iso)) must(explicitInstant({ sequence: iso }) === at, 'a moment written out is the same moment');
  return at;
};

/** Names and metadata of landed objects. */
export const landedObject = (): Target => ({
  name: 'landed-object',
  corpus: 'landed-object',
  ending: '.txt',
  dictionary: [
    ...words,
    'data/',
    'full/',
    '/full/',
    '.csv',
    '.csv.gz',
    '.CSV.GZ',
    '../',
    '\nfull: true',
    '\npart: 1/2',
    '\nrows: 10',
    '\nsequence: 2026-11-20T00:00:00+01:00',
    '\nsequence: 2026-02-30',
    '\n__proto__: true',
    'sequence',
    '-0800',
    '+23:59',
    'T24:00',
    'Z',
    ':60',
    '+9999',
    '20261120T101530Z',
    '20261120',
    '１',
  ],
  largest: 4_000,
  open: pure(async (input) => {
    const { key, metadata } = objectOf(input);
    const part = partOf(metadata);
    const rows = declaredRows(metadata);
    const whole = isWhole(key, metadata);
    must(part === null || (part.k >= 1 && part.k <= part.n && part.n < 1e6), 'a part is k of n', () =>
      JSON.stringify(part),
    );
    must(rows === null || (Number.isSafeInteger(rows) && rows >= 0), 'rows are a count', () => `${rows}`);
    const unread = (metadata.part !== undefined && part === null) || (metadata.rows !== undefined && rows === null);
    must(!(whole && unread), 'what cannot be read keeps a feed from being whole');
    must(!whole || part !== null || /full|true/i.test(key + metadata.full), 'only what says so is whole');
    const instant = checkInstant(metadata.sequence);
    const product = isProductFile(key);
    if (product) {
      must(isLanded(key) && !isFolderMarker(key), 'product files lie in the landing zone');
      const landedAt = epochMs(Math.abs(seedOf(input)) * 1_000);
      const name = archiveName('archive', key, landedAt);
      const other = otherArchiveName(name, `${seedOf(input)}abcdefgh`);
      must(/^archive\/\d{4}\/\d{2}\/\d{2}\/./s.test(name), 'archived files lie in the folder of their day', () => name);
      must(other !== name, 'another version has another name', () => name);
      for (const one of [name, other, `${name}.report.json`])
        must(Buffer.byteLength(one) <= LONGEST_KEY, 'names fit into S3', () => one);
    }
    return [whole, product, part !== null, rows !== null, instant === null ? 'none' : instant < 0].join(' ');
  }),
});
