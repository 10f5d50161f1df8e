import { proofOf } from '../../../shared/adapters/meta/appsecret-proof.ts';
import { refusalOf } from '../../../shared/adapters/meta/judge-error.ts';
import { regainOf, usageOf } from '../../../shared/adapters/meta/usage.ts';
import { withoutSecrets } from '../../../shared/adapters/meta/without-secrets.ts';
import { look } from '../look.ts';
import { must, pure, size, type Target } from '../target.ts';
import { APP_SECRET, answerOf, httpWords, reshapeHttp, TOKEN } from './http-text.ts';

const secret = { accessToken: TOKEN, appSecret: APP_SECRET, version: '1' };
const secrets = [TOKEN, APP_SECRET, proofOf(TOKEN, APP_SECRET)];
const clean = (text: string): string => withoutSecrets(text, secret);
const DAY_MS = 86_400_000;
/** A text of Meta is cut there. */
const LONGEST = 1_000;

const kinds: Readonly<Record<string, readonly string[]>> = {
  throttled: ['code', 'regainMs'],
  access: ['code', 'message', 'secretVersion', 'subcode'],
  server: ['code', 'message'],
  'too-large': ['code'],
  'invalid-parameter': ['code', 'message', 'subcode'],
  unexplained: ['code', 'message', 'subcode'],
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What an answer of Graph refuses, and what its headers say: the pure part, for many more inputs than HTTP allows. */
export const graphRefusals = (): Target => ({
  name: 'graph-refusals',
  corpus: 'graph',
  ending: '.http',
  dictionary: httpWords,
  largest: 60_000,
  reshape: reshapeHttp,
  open: pure(async (input) => {
    const { status, headers, body } = answerOf(input);
    const json = jsonOf(body);
    const { percent, regainMs } = usageOf(headers);
    must(Number.isFinite(percent) && percent >= 0, 'usage is a share', () => `${percent}`);
    for (const ms of [regainMs, regainOf(headers)])
      must(ms >= 0 && ms <= DAY_MS, 'no header keeps us away for more than a day', () => `${ms}`);
    const cleaned = clean(body);
    look(cleaned, secrets);
    must(cleaned.length <= LONGEST, 'texts of Meta are cut');
    const refusal = refusalOf({ status, headers, json }, clean, '1');
    if (refusal === undefined) return `none ${json === undefined} ${size(percent)} ${size(regainMs)}`;
    look(refusal, secrets);
    const { kind, ...rest } = refusal;
    must(kinds[kind]?.join() === Object.keys(rest).toSorted().join(), 'refusals are of the closed list', () =>
      JSON.stringify(refusal),
    );
    must(!('message' in refusal) || refusal.message.length <= LONGEST, 'texts of Meta are cut');
    return `${kind} ${refusal.code === null} ${size(percent)}`;
  }),
});
