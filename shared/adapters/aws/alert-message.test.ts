import { epochMs } from '../../catalog/instant.ts';
import type { Alert } from '../../records/alert.ts';
import { alertKinds } from '../../records/alert-kinds.ts';
import { mailOf, messageOf, subjectOf } from './alert-message.ts';

const alert: Alert = {
  ...{ id: 'rows-rejected-0a1b', kind: 'rows-rejected', state: 'open', catalog: 'default', sync: 'default-000007' },
  ...{ subject: 'default-000007: 2 row(s) set aside', body: '- data/a.csv: 2 of 9 rows\n- 2 × bad-price' },
  at: epochMs(Date.UTC(2026, 10, 23, 12, 5, 59)),
};
const { again: _, ...cleared }: Alert = { ...alert, state: 'cleared' };

describe('the subject of an e-mail', () => {
  test.each<[string, Alert, string]>([
    ['of an open alert', alert, '[catalog-sync] default-000007: 2 row(s) set aside'],
    ['of one that is said again', { ...alert, again: 1 }, '[catalog-sync] still: default-000007: 2 row(s) set aside'],
    ['of one that is over', cleared, '[catalog-sync] over: default-000007: 2 row(s) set aside'],
    ['has what SNS takes', { ...alert, subject: 'é\nb' }, '[catalog-sync] ??b'],
    ['is as long as SNS takes', { ...alert, subject: 'x'.repeat(200) }, `[catalog-sync] ${'x'.repeat(85)}`],
  ])('%s', (_what, given, expected) => expect(subjectOf(given)).toBe(expected));
});

describe('an e-mail', () => {
  test('says what happened, what to do, when it is over, and what it is about', () => {
    const { remedy, over } = alertKinds['rows-rejected'];
    expect(mailOf(alert).split('\n')).toEqual([
      'default-000007: 2 row(s) set aside',
      '',
      '- data/a.csv: 2 of 9 rows',
      '- 2 × bad-price',
      '',
      `What to do: ${remedy}`,
      `It is over when ${over}.`,
      'State: open since 2026-11-23 12:05 UTC',
      'Kind: rows-rejected',
      'Catalog: default, sync default-000007',
      'Alert: rows-rejected-0a1b',
    ]);
  });

  test('says how often it was said', () => {
    expect(mailOf({ ...alert, again: 3 })).toContain(
      'State: open since 2026-11-23 12:05 UTC, said again since then: 3',
    );
  });

  test('about what is over asks for nothing', () => {
    expect(mailOf(cleared)).toMatch(/^Over: default-000007: 2 row/);
    expect(mailOf(cleared)).not.toMatch(/What to do|It is over when/);
  });

  test('about what is never cleared does not say when', () => {
    const mail = mailOf({ ...alert, kind: 'event-parked', sync: null });
    expect(mail).toContain('What to do: ');
    expect(mail).not.toContain('It is over when');
    expect(mail).toContain('Catalog: default\n');
  });
});

describe('the message for SNS', () => {
  const partsOf = (given: Alert): { default: string; email: string } => JSON.parse(messageOf(given));

  test('is the alert as JSON, and for e-mail a text', () => {
    const parts = partsOf(alert);
    expect(Object.keys(parts)).toEqual(['default', 'email']);
    expect(JSON.parse(parts.default)).toEqual(alert);
    expect(parts.email).toBe(mailOf(alert));
  });

  test.each([
    ['300,000 letters', 'x'.repeat(300_000)],
    ['what JSON escapes twice', '"\\\n'.repeat(100_000)],
    ['characters of three bytes, few enough by their number', '€'.repeat(50_000)],
    ['characters of four bytes', '😀'.repeat(150_000)],
    ['characters that halves of it would cut', `x${'😀'.repeat(150_001)}`],
    ['control characters', '\u0001'.repeat(300_000)],
  ])('fits, though the body is %s', (_what, body) => {
    const message = messageOf({ ...alert, body });
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(262_144 - 4096);
    expect(Buffer.byteLength(message)).toBeGreaterThan(50_000);
    const kept = JSON.parse(partsOf({ ...alert, body }).default).body as string;
    const [start = '', end] = kept.split(/\n(?=… cut)/);
    expect(end).toBe('… cut: the rest is in the report');
    expect(body.startsWith(start)).toBe(true);
    expect(kept.isWellFormed()).toBe(true);
  });
});
