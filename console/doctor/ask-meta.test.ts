import {
  APP_SECRET,
  answering,
  graphError,
  secret,
  TOKEN,
  withGraph,
} from '@catalog-sync/shared/adapters/meta/test-graph.ts';
import { askMeta } from './ask-meta.ts';

const THERE = answering(200, { id: '12' });
const TOKEN_THERE = answering(200, { data: { is_valid: true } });

describe('asking Meta', () => {
  test.each([
    ['is two looks', APP_SECRET, [THERE, TOKEN_THERE], ['/v26.0/12 proven', '/v26.0/debug_token proven']],
    ['needs no proof', null, [THERE, TOKEN_THERE], ['/v26.0/12', '/v26.0/debug_token']],
    [
      'goes on without a proof that is refused',
      APP_SECRET,
      [answering(400, graphError(100)), THERE, TOKEN_THERE],
      ['/v26.0/12 proven', '/v26.0/12', '/v26.0/debug_token'],
    ],
    [
      'does not ask again where there was no proof',
      null,
      [answering(400, graphError(100)), TOKEN_THERE],
      ['/v26.0/12', '/v26.0/debug_token'],
    ],
    ['stops when Meta has had enough', APP_SECRET, [answering(400, graphError(80009))], ['/v26.0/12 proven']],
    ['stops when Meta is away', APP_SECRET, [answering(503, '')], ['/v26.0/12 proven']],
  ])('%s', (_what, appSecret, answers, asked) =>
    withGraph(answers, async ({ url, seen }) => {
      await askMeta({ base: url, version: 'v26.0', httpTimeoutMs: 2000, secret: secret(TOKEN, appSecret) }, '12');
      const proven = (one: URL): string => (one.searchParams.has('appsecret_proof') ? ' proven' : '');
      expect(seen.map((one) => `${one.url.pathname}${proven(one.url)}`)).toEqual(asked);
      expect(seen.every(({ method }) => method === 'GET')).toBe(true);
    }),
  );
});
