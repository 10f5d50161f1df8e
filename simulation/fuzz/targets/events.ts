import { isRight } from 'fp-ts/lib/Either.js';
import { CatalogName, SyncNumber } from '../../../shared/catalog/sync.ts';
import { type Decoded, decodeEvent } from '../../../shared/events/decode.ts';
import { allEvents } from '../../../shared/events/index.ts';
import { look } from '../look.ts';
import { reshapeJson } from '../reshape-json.ts';
import { must, pure, type Target } from '../target.ts';
import { jsonWords } from './words.ts';

export const eventWords = [
  ...jsonWords,
  'aws.events',
  'Scheduled Event',
  'Object Created',
  'detail-type',
  'version-id',
  'data/',
  'data/full/',
  '.csv',
  '.csv.gz',
  ...allEvents.flatMap(({ name, speaker }) => [name, `catalog-sync.${speaker}`]),
];
export const eventValues: readonly unknown[] = [
  'data/a.csv',
  'data/shoes/b.csv',
  'default',
  'aws.events',
  ...allEvents.flatMap(({ name, example }) => [name, example]),
];

const whys = ['not-an-event', 'unknown-event', 'unknown-version', 'malformed'];

/** What holds for whatever came of a body. */
const checkDecoded = (decoded: Decoded, body: string): string => {
  look(decoded.kind === 'hint' ? decoded.hint.ref : null);
  switch (decoded.kind) {
    case 'tick':
      return 'tick';
    case 'unreadable':
      must(whys.includes(decoded.why), 'reasons are of the closed list', () => decoded.why);
      return `${decoded.why} ${allEvents.some(({ name }) => name === decoded.name)}`;
    case 'hint': {
      const { name, ref, id, data } = decoded.hint;
      must(CatalogName.is(ref.catalog) && SyncNumber.is(ref.sync), 'a hint names a sync', () => JSON.stringify(ref));
      must(typeof id === 'string', 'a hint has an id');
      const known = allEvents.find((event) => event.name === name);
      must(known !== undefined && isRight(known.data.decode(data)), 'a hint has the data of its event', () => name);
      must(
        Object.keys(data as object).every((key) => Object.hasOwn(known?.example as object, key)),
        'a hint holds nothing that its event does not know',
        () => JSON.stringify(data),
      );
      must(JSON.stringify(data).length <= 6 * body.length, 'a hint is not longer than its event');
      return `hint ${name}`;
    }
    default:
      must(false, 'what comes of a body is of the closed list', () => JSON.stringify(decoded));
      return '';
  }
};

/** What EventBridge hands over through a queue. */
export const events = (): Target => ({
  name: 'events',
  corpus: 'events',
  ending: '.txt',
  dictionary: eventWords,
  largest: 60_000,
  reshape: (input, random) => Buffer.from(reshapeJson(input.toString(), eventValues, random)),
  open: pure(async (input) => {
    const body = input.toString();
    return checkDecoded(decodeEvent(body), body);
  }),
});
