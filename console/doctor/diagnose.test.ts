import type { SeenToken } from '@catalog-sync/shared/adapters/meta/inspect-token.ts';
import type { SeenCatalog } from '@catalog-sync/shared/adapters/meta/look-at-catalog.ts';
import type { Look, Unseen } from '@catalog-sync/shared/adapters/meta/read-graph.ts';
import { DAY, epochMs, HOUR } from '@catalog-sync/shared/catalog/instant.ts';
import type { Usage } from '@catalog-sync/shared/ports/graph.ts';
import { diagnose } from './diagnose.ts';
import type { Answers, Breaker, Facts, Place } from './facts.ts';

const NOW = epochMs(Date.parse('2026-11-27T12:00:00Z'));

const place: Place = {
  graph: 'https://graph.facebook.com',
  version: 'v26.0',
  catalog: 'default',
  catalogId: '12',
  token: 'given',
  appSecret: true,
};
const shoes: SeenCatalog = { kind: 'catalog', name: 'Shoes', products: 3, vertical: 'commerce' };
const good: SeenToken = {
  kind: 'token',
  valid: true,
  expires: 'never',
  dataAccessExpires: null,
  scopes: ['catalog_management', 'business_management', 'ads_management'],
  error: null,
};
const seen = <S>(one: S | Unseen, usage: Usage | null = null): Look<S> => ({ seen: one, usage });
const access = (code: number, subcode: number | null = null): Unseen => ({
  kind: 'access',
  code,
  subcode,
  message: 'Nein.',
  secretVersion: '',
});
const invalid: Unseen = { kind: 'invalid-parameter', code: 100, subcode: null, message: 'Invalid proof' };
const throttled: Unseen = { kind: 'throttled', code: 80009, regainMs: 7 * 60_000 };

interface Case {
  place?: Partial<Place>;
  catalog?: SeenCatalog | Unseen;
  withoutProof?: SeenCatalog | Unseen;
  token?: SeenToken | Unseen | null;
  usage?: Usage;
  breaker?: Partial<Breaker>;
}

const factsOf = (one: Case): Facts => {
  const answers: Answers = {
    catalog: seen(one.catalog ?? shoes, one.usage ?? null),
    withoutProof: one.withoutProof === undefined ? null : seen(one.withoutProof),
    token: one.token === null ? null : seen<SeenToken>(one.token ?? good),
  };
  return {
    place: { ...place, ...one.place },
    answers,
    breaker: one.breaker === undefined ? null : { paused: false, rateUntil: 0, auth: null, ...one.breaker },
    now: NOW,
  };
};

/** `about: state` of all lines, in their order. */
const linesOf = (facts: Facts): string[] => diagnose(facts).findings.map(({ about, state }) => `${about}: ${state}`);
const allOk = ['settings', 'version', 'graph', 'token', 'permissions', 'app secret', 'catalog', 'quota'].map(
  (about) => `${about}: ok`,
);
const butFor = (changes: Record<string, string | null>): string[] =>
  allOk.flatMap((line) => {
    const about = line.split(':')[0]!;
    if (!Object.hasOwn(changes, about)) return [line];
    return changes[about] === null ? [] : [`${about}: ${changes[about]}`];
  });

describe('the doctor', () => {
  test('says of a healthy connection that all is ok, and nothing to do', () => {
    const { findings, reached } = diagnose(factsOf({}));
    expect(findings.map(({ about, state }) => `${about}: ${state}`)).toEqual(allOk);
    expect(findings.every(({ remedy }) => remedy === null)).toBe(true);
    expect(reached).toBe(true);
  });

  test.each<[string, Case, Record<string, string | null>]>([
    ['no app secret, and none needed', { place: { appSecret: false } }, { 'app secret': null }],
    [
      'a dead token, by both answers',
      { catalog: access(190, 463), token: { ...good, valid: false, error: { code: 190, subcode: 463, message: '' } } },
      { version: null, token: 'wrong', permissions: null, 'app secret': null, catalog: 'warn' },
    ],
    [
      'a dead token that may not ask about itself',
      { catalog: access(190, 460), token: access(190, 460) },
      { version: null, token: 'wrong', permissions: null, 'app secret': null, catalog: 'warn' },
    ],
    [
      'a token that is good by its inspection and refused by the catalog',
      { catalog: access(190), token: good },
      { version: null, token: 'wrong', 'app secret': null, catalog: 'warn' },
    ],
    ['a token that only an app may ask about', { token: invalid }, { token: 'warn', permissions: null }],
    [
      'a token that nobody answered about',
      { token: { kind: 'ambiguous', why: '' } },
      { token: 'warn', permissions: null },
    ],
    ['a token that ends in 13 days', { token: { ...good, expires: epochMs(NOW + 13 * DAY) } }, { token: 'warn' }],
    ['one that ends in 14', { token: { ...good, expires: epochMs(NOW + 14 * DAY) } }, {}],
    [
      'data that ends in 13 days',
      { token: { ...good, dataAccessExpires: epochMs(NOW + 13 * DAY) } },
      { token: 'warn' },
    ],
    ['a permission that is missing', { token: { ...good, scopes: ['ads_management'] } }, { permissions: 'wrong' }],
    ['permissions that only some need', { token: { ...good, scopes: ['catalog_management'] } }, {}],
    ['permissions that are not told', { token: { ...good, scopes: null } }, { permissions: 'warn' }],
    [
      'a refused permission',
      { catalog: access(200) },
      { version: null, permissions: 'wrong', 'app secret': null, catalog: 'warn' },
    ],
    ['a wrong catalog', { catalog: access(100, 33) }, { version: null, 'app secret': null, catalog: 'wrong' }],
    [
      'a wrong app secret before a right catalog',
      { catalog: invalid, withoutProof: shoes },
      { version: null, 'app secret': 'wrong' },
    ],
    [
      'a wrong app secret before a wrong catalog',
      { catalog: invalid, withoutProof: access(100, 33) },
      { version: null, 'app secret': 'wrong', catalog: 'wrong' },
    ],
    [
      'a wrong app secret where a proof is demanded',
      { catalog: invalid, withoutProof: invalid },
      { version: null, 'app secret': 'wrong', catalog: 'warn' },
    ],
    [
      'no app secret where a proof is demanded',
      { place: { appSecret: false }, catalog: invalid },
      { version: null, 'app secret': 'wrong', catalog: 'warn' },
    ],
    [
      'a version too old',
      { catalog: access(2635), token: access(2635) },
      { version: 'wrong', token: 'warn', permissions: null, 'app secret': null, catalog: 'warn' },
    ],
    [
      'a version that is not there yet',
      { catalog: access(2500), token: access(2500) },
      { version: 'wrong', token: 'warn', permissions: null, 'app secret': null, catalog: 'warn' },
    ],
    [
      'too many calls',
      { catalog: throttled, token: null },
      { version: null, token: null, permissions: null, 'app secret': null, catalog: 'warn', quota: 'warn' },
    ],
    ['a throttle that begins in between', { token: throttled }, { token: 'warn', permissions: null, quota: 'warn' }],
    ['much of the quota', { usage: { percent: 75, regainMs: 0 } }, { quota: 'warn' }],
    ['less of it', { usage: { percent: 74, regainMs: 0 } }, {}],
    ['a catalog of hotels', { catalog: { ...shoes, vertical: 'hotels' } }, { catalog: 'warn' }],
    [
      'a code that nobody knows',
      { catalog: { kind: 'unexplained', code: 10800, subcode: null, message: '' } },
      { version: null, 'app secret': null, catalog: 'wrong' },
    ],
  ])('tells %s', (_what, one, changes) => {
    expect(linesOf(factsOf(one))).toEqual(butFor(changes));
    expect(diagnose(factsOf(one)).reached).toBe(true);
  });

  test.each<[string, Unseen]>([
    ['is not there', { kind: 'unreachable', why: 'ECONNREFUSED' }],
    ['does not answer', { kind: 'ambiguous', why: 'no answer in time' }],
    ['cannot just now', { kind: 'server', code: 2, message: '' }],
    ['perhaps cannot just now', { kind: 'too-large', code: 1 }],
  ])('says of a Meta that %s nothing but that', (_what, away) => {
    const facts = factsOf({ catalog: away, token: null });
    expect(linesOf(facts)).toEqual(['settings: ok', 'graph: wrong']);
    expect(diagnose(facts).reached).toBe(false);
  });

  test.each<[string, Partial<Place>, string[]]>([
    ['no token', { token: 'missing' }, ['settings: ok', 'token: wrong']],
    ['a token with a blank', { token: 'unusable' }, ['settings: ok', 'token: wrong']],
    ['a version without its letter', { version: '26.0' }, ['settings: ok', 'version: wrong']],
    ['a version that leads elsewhere', { version: 'v26.0/..' }, ['settings: ok', 'version: wrong']],
    ['a URL with a password', { graph: 'https://me:pass@host' }, ['settings: ok', 'graph: wrong']],
  ])('asks Meta nothing with %s', (_what, changes, lines) => {
    const facts: Facts = { place: { ...place, ...changes }, answers: null, breaker: null, now: NOW };
    expect(linesOf(facts)).toEqual(lines);
    expect(JSON.stringify(diagnose(facts))).not.toContain('pass@');
  });

  test('names what Meta said, when it ends, and how long to wait', () => {
    const all = (one: Case): string =>
      diagnose(factsOf(one))
        .findings.map(({ message }) => message)
        .join('\n');
    expect(all({ catalog: access(100, 33) })).toContain('(code 100/33: "Nein.")');
    expect(all({ token: { ...good, expires: epochMs(NOW + 30 * DAY) } })).toContain('2026-12-27');
    expect(all({ catalog: throttled, token: null })).toContain('7 min');
    expect(all({ usage: { percent: 80, regainMs: 61_000 } })).toMatch(/80 %.*2 min/);
    expect(all({})).toContain('"Shoes" is reached, 3 products');
  });
});

describe("the sandbox's own breaker", () => {
  const auth = { code: 190, subcode: 463, since: epochMs(NOW - HOUR), secretVersion: '1', message: 'Nein.' };
  test.each<[string, Case, string[]]>([
    ['closed', { breaker: {} }, ['ok']],
    ['paused', { breaker: { paused: true } }, ['warn']],
    ['held back until later', { breaker: { rateUntil: epochMs(NOW + HOUR) } }, ['warn']],
    ['no longer held back', { breaker: { rateUntil: NOW } }, ['ok']],
    ['refused, and still so', { catalog: access(190, 463), breaker: { auth } }, ['wrong']],
    ['refused, but now let in', { breaker: { auth } }, ['warn']],
    ['all at once', { breaker: { auth, paused: true, rateUntil: epochMs(NOW + HOUR) } }, ['warn', 'warn', 'warn']],
  ])('is %s', (_what, one, states) => {
    const { findings } = diagnose(factsOf(one));
    expect(findings.filter(({ about }) => about === 'sandbox').map(({ state }) => state)).toEqual(states);
  });
});
