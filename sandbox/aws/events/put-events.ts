import { AwsError, validationError } from './aws-error.ts';
import { type Input, list, optionalNumber, structure } from './aws-json.ts';
import { type Envelope, envelopeOf } from './envelope.ts';
import { busName, type Where } from './names.ts';

/** "Maximum number of 10 items" (PutEvents reference). */
const MOST_ENTRIES = 10;
/** The size of a request's entries together: 1 MB since January 2026. */
const MOST_BYTES = 1024 * 1024;
/** "If specified, the Time parameter is 14 bytes" (Calculating PutEvents event entry size). */
const TIME_BYTES = 14;

export type Judged = { busName: string; event: Envelope } | { ErrorCode: string; ErrorMessage: string };

const bytesOf = (value: unknown): number => (typeof value === 'string' ? Buffer.byteLength(value) : 0);

const sizeOf = (entry: Input): number => {
  const resources = Array.isArray(entry.Resources) ? entry.Resources : [];
  return (
    (entry.Time === undefined ? 0 : TIME_BYTES) +
    [entry.Source, entry.DetailType, entry.Detail, ...resources].reduce<number>((sum, part) => sum + bytesOf(part), 0)
  );
};

const objectOf = (detail: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(detail);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const judge = (entry: Input, now: number, where: Where, buses: readonly string[]): Judged => {
  const { Source, DetailType, Detail, EventBusName, Resources = [] } = entry;
  const bad = (name: string, reason: string): Judged => ({
    ErrorCode: 'InvalidArgument',
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${reason}`,
  });
  const missing = (name: string): Judged => bad(name, `${name} is a required argument.`);
  if (typeof Source !== 'string' || Source === '') return missing('Source');
  if (typeof DetailType !== 'string' || DetailType === '') return missing('DetailType');
  if (typeof Detail !== 'string' || Detail === '') return missing('Detail');
  if (Source.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  const detail = objectOf(Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  if (!Array.isArray(Resources) || Resources.some((resource) => typeof resource !== 'string'))
    return bad('Resources', 'it is a list of strings.');
  let bus: string;
  try {
    bus = busName(where, EventBusName === undefined || EventBusName === null ? undefined : String(EventBusName));
  } catch (error) {
    return bad('EventBusName', (error as Error).message);
  }
  // EventBridge takes events for a bus that is not there, and loses them; here the mistake shows.
  if (!buses.includes(bus)) return bad('EventBusName', `Event bus ${bus} does not exist.`);
  const seconds = optionalNumber(entry, 'Time');
  const at = seconds === undefined ? now : Math.round(seconds * 1000);
  const event = envelopeOf(
    { source: Source, detailType: DetailType, detail, resources: Resources as string[], at },
    where,
  );
  return { busName: bus, event };
};

/** Judges a PutEvents call entry by entry. Throws for what refuses the call as a whole. */
export const judgeEntries = (input: Input, now: number, where: Where, buses: readonly string[]): Judged[] => {
  const entries = list(input, 'Entries').map((entry) => structure(entry, 'Entries.member'));
  if (entries.length < 1 || entries.length > MOST_ENTRIES)
    throw validationError(
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${entries.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${MOST_ENTRIES}`}`,
    );
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MOST_BYTES)
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  return entries.map((entry) => judge(entry, now, where, buses));
};
