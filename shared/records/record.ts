import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { describeErrors } from '../describe-errors.ts';
import type { TableRecord } from '../ports/table.ts';

export const orNull = <C extends t.Mixed>(codec: C) => t.union([codec, t.null]);

/** For what versions before did not write yet, or people's commands do not know: this stands in its place. */
export const orElse = <A, O>(codec: t.Type<A, O>, missing: A): t.Type<A, O> =>
  new t.Type(
    `${codec.name} or nothing`,
    codec.is,
    (given, context) => (given === undefined ? t.success(missing) : codec.validate(given, context)),
    codec.encode,
  );

export const orZero = <A extends number>(codec: t.Type<A, number>): t.Type<A, number> => orElse(codec, 0 as A);

/** Decodes what one of our own tables or objects holds; what cannot be read is a defect and throws, naming where. */
export const decodeStored = <A>(codec: t.Type<A, unknown>, stored: unknown, where: string): A => {
  const decoded = codec.decode(stored);
  if (isLeft(decoded)) {
    throw new Error(`${where} does not hold a ${codec.name}: ${describeErrors(decoded.left).slice(0, 3).join('; ')}`);
  }
  return decoded.right;
};

/** A typed content together with the revision under which it was read (0: there was none). */
export interface Read<A> {
  value: A;
  rev: number;
}

export const readRecord = <A>(codec: t.Type<A, unknown>, record: TableRecord | undefined): Read<A> | undefined =>
  record === undefined
    ? undefined
    : { value: decodeStored(codec, record, `record ${record.pk} ${record.sk}`), rev: record.rev };

const textOf = new TextDecoder();

/** Reads one of our own JSON objects; its absence is a defect, for a record names it. */
export const readStoredJson = async <A>(
  codec: t.Type<A, unknown>,
  objects: { read(key: string): Promise<Uint8Array | undefined> },
  key: string,
): Promise<A> => {
  const body = await objects.read(key);
  if (body === undefined) throw new Error(`object ${key} is gone, though a record names it`);
  return decodeStored(codec, JSON.parse(textOf.decode(body)), `object ${key}`);
};
