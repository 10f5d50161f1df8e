import { pipeline } from 'node:stream/promises';
import { type Call, type Headers, header, numberIn, setHeaders } from './call.ts';
import { checkReadConditions } from './conditions.ts';
import { checksumHeaders, objectHeaders, validatorHeaders } from './description.ts';
import { S3Error } from './errors.ts';
import type { ObjectVersion } from './model.ts';
import { versionToRead } from './versions.ts';

/** From `start` up to but not including `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * The bytes a Range header asks for; undefined means the whole object, also for several ranges and other units, which
 * S3 ignores. Throws InvalidRange (416) when none of them exist.
 */
const spanOf = (range: string | undefined, size: number): Span | undefined => {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [, first, last] = match;
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start >= size || start >= end) {
    throw new S3Error(
      'InvalidRange',
      'The requested range is not satisfiable',
      { RangeRequested: range ?? '', ActualObjectSize: String(size) },
      { 'content-range': `bytes */${size}` },
    );
  }
  return { start, end };
};

/** The bytes of one part, for ?partNumber. An object put in one piece is its own part 1. */
const partSpan = (version: ObjectVersion, number: number): Span => {
  let start = 0;
  for (const [index, part] of (version.parts ?? [{ size: version.size }]).entries()) {
    if (index + 1 === number) return { start, end: start + part.size };
    start += part.size;
  }
  throw new S3Error('InvalidRange', 'The requested partnumber is not satisfiable', {
    PartNumberRequested: String(number),
    ActualPartCount: String(version.parts?.length ?? 1),
  });
};

/** Answers with other headers than the stored ones, for presigned links above all. */
const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

const overrides = (call: Call): Headers =>
  Object.fromEntries(
    OVERRIDES.flatMap((name) => {
      const value = call.query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );

/** GetObject and HeadObject. */
export const getObject = async (call: Call): Promise<void> => {
  const { store } = call.core;
  const bucket = store.bucket(call.bucket);
  const version = versionToRead(bucket, call.key, call.query.get('versionId') ?? undefined);
  checkReadConditions(call, version, validatorHeaders(bucket.settings, version));

  const partNumber = call.query.has('partNumber') ? numberIn(call, 'partNumber', 1, 10_000, 1) : undefined;
  const part = partNumber === undefined ? undefined : partSpan(version, partNumber);
  const span = part ?? spanOf(header(call, 'range'), version.size);
  const { start, end } = span ?? { start: 0, end: version.size };
  const partial = span !== undefined && (part === undefined || version.parts !== undefined);

  setHeaders(call, { ...objectHeaders(bucket.settings, version), ...overrides(call) });
  // A checksum of the whole would fail a client that checks it against a range.
  if (header(call, 'x-amz-checksum-mode') === 'ENABLED' && !partial) setHeaders(call, checksumHeaders(version));
  if (part && version.parts) setHeaders(call, { 'x-amz-mp-parts-count': String(version.parts.length) });
  if (partial) call.response.setHeader('content-range', `bytes ${start}-${end - 1}/${version.size}`);
  call.response.setHeader('content-length', end - start);
  const status = partial ? 206 : 200;

  if (call.method === 'HEAD' || start === end) {
    call.response.writeHead(status).end();
    return;
  }
  call.response.writeHead(status);
  store.bodies.hold(version.segments);
  try {
    await pipeline(store.bodies.read(version.segments, start, end), call.response);
  } finally {
    store.bodies.release(version.segments);
  }
};
