import { isRight } from 'fp-ts/lib/Either.js';
import { epochMs } from '../catalog/instant.ts';
import type { CatalogName, SyncNumber } from '../catalog/sync.ts';
import { consoleSays, pipeline } from '../pipeline.ts';
import { decodeEvent, syncRef } from './decode.ts';
import { say, sourceOf } from './define.ts';
import { allEvents, BatchSent, FilesLanded } from './index.ts';

const ref = { catalog: 'default' as CatalogName, sync: 42 as SyncNumber };
const told = { cause: null, at: epochMs(1_700_000_000_000) };
const onTheBus = ({ source, name, detail }: ReturnType<typeof say>): string =>
  JSON.stringify({ source, 'detail-type': name, detail });

describe.each(allEvents.map((event) => [event.name, event] as const))('%s', (name, event) => {
  test('its example is what its codec takes, and nothing is lost on the way', () => {
    const decoded = event.data.decode(event.example);
    expect(isRight(decoded) && decoded.right).toEqual(event.example);
  });

  test('said, it can be read again by whoever hears it', () => {
    const said = say(event, ref, event.example, told);
    expect(decodeEvent(onTheBus(said))).toEqual({
      kind: 'hint',
      hint: { name, ref, id: said.detail.id, data: event.example },
    });
  });

  test('without its data it is malformed', () => {
    const said = say(event, ref, event.example, told);
    const detail = { ...said.detail, data: undefined };
    expect(decodeEvent(onTheBus({ ...said, detail }))).toEqual({ kind: 'unreadable', why: 'malformed', name });
  });

  test('in a version that is not known it is not read', () => {
    const said = say(event, ref, event.example, told);
    const detail = { ...said.detail, version: event.version + 1 };
    expect(decodeEvent(onTheBus({ ...said, detail }))).toEqual({ kind: 'unreadable', why: 'unknown-version', name });
  });

  test('somebody says it, and has one sentence about it', () => {
    const says = pipeline.find(({ service }) => service === event.speaker)?.says ?? consoleSays;
    expect(says.map((one) => one.name)).toContain(name);
    expect(event.sentence).toMatch(/\.$/);
  });
});

describe('an event', () => {
  const id = (files: number, sync = 42, more = {}) =>
    say(FilesLanded, { ...ref, sync: sync as SyncNumber }, { files }, { ...told, ...more }).detail.id;

  test('has the same id when the same word is said again, whenever and whyever', () =>
    expect(id(3, 42, { at: epochMs(5), cause: 'another' })).toBe(id(3)));

  test.each([
    ['of another sync', id(3, 43)],
    ['with other data', id(4)],
    ['of another kind', say(BatchSent, ref, BatchSent.example, told).detail.id],
  ])('has another id when it is one %s', (_what, other) => expect(other).not.toBe(id(3)));

  test('drops fields of a newer speaker that it does not know', () => {
    const said = say(FilesLanded, ref, { files: 3 }, told);
    const detail = { ...said.detail, colour: 'red', data: { files: 3, bytes: 9 } };
    expect(decodeEvent(onTheBus({ ...said, detail }))).toMatchObject({ hint: { data: { files: 3 } } });
  });

  test('is matched by its name and its speaker together', () => {
    const said = say(FilesLanded, ref, { files: 3 }, told);
    expect(decodeEvent(onTheBus({ ...said, source: sourceOf('publish') }))).toMatchObject({ why: 'unknown-event' });
  });

  test('is known by one name alone', () =>
    expect(new Set(allEvents.map(({ name }) => name)).size).toBe(allEvents.length));
});

describe('a sync named by a record', () => {
  test.each([
    ['default', 42, ref],
    ['Default', 42, undefined],
    ['a/b', 42, undefined],
    ['default', -1, undefined],
    ['default', 1.5, undefined],
    ['default', Number.NaN, undefined],
  ])('%s %d', (catalog, sync, expected) => expect(syncRef(catalog, sync)).toEqual(expected));
});
