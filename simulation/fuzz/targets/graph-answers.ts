import { Buffer } from 'node:buffer';
import { proofOf } from '../../../shared/adapters/meta/appsecret-proof.ts';
import { graphClient } from '../../../shared/adapters/meta/graph-client.ts';
import type { Handle } from '../../../shared/catalog/handle.ts';
import type { CheckOutcome, ProbeOutcome, SendOutcome } from '../../../shared/ports/graph.ts';
import { look } from '../look.ts';
import { must, size, type Target } from '../target.ts';
import { answeringServer } from './answering-server.ts';
import { APP_SECRET, httpWords, reshapeHttp, TOKEN } from './http-text.ts';

const secrets = [TOKEN, APP_SECRET, proofOf(TOKEN, APP_SECRET), 'Bearer'];

/** The fields of each kind of outcome, sorted. */
const access = ['code', 'message', 'secretVersion', 'subcode'];
const throttled = ['code', 'regainMs'];
type Shapes<Outcome extends { kind: string }> = Record<Outcome['kind'], readonly string[]>;

const sendShapes: Shapes<SendOutcome> = {
  accepted: ['handle', 'usage', 'validation'],
  'no-handle': ['usage', 'validation'],
  'too-large': ['code'],
  'invalid-parameter': ['code', 'message', 'subcode'],
  unexplained: ['code', 'message', 'subcode'],
  throttled,
  access,
  server: ['code', 'message'],
  unreachable: ['why'],
  ambiguous: ['why'],
};
const checkShapes: Shapes<CheckOutcome> = {
  finished: ['errors', 'errorsTotal', 'invalidIds', 'usage', 'warnings', 'warningsTotal'],
  error: ['usage'],
  canceled: ['usage'],
  'not-finished': ['status', 'usage'],
  lost: [],
  throttled,
  access,
  'no-answer': ['why'],
};
const probeShapes: Shapes<ProbeOutcome> = {
  ok: ['name', 'productCount'],
  throttled,
  access,
  'no-answer': ['why'],
};

const checkShape = <Outcome extends { kind: string }>(outcome: Outcome, shapes: Shapes<Outcome>): void => {
  const { kind, ...rest } = outcome;
  const known: Readonly<Record<string, readonly string[]>> = shapes;
  must(
    Object.hasOwn(known, kind) && known[kind]?.join() === Object.keys(rest).toSorted().join(),
    'outcomes are of the closed list',
    () => JSON.stringify(outcome).slice(0, 500),
  );
};

/** A key of a table holds so many bytes; monitor keeps a handle under its own name. */
const LONGEST_HANDLE = 1_024;
/** A remark of Meta on an item takes some fields, even when it says nothing. */
const mostSaid = (bytes: number): number => 16_384 + 60 * bytes;

const checkFinished = ({ errors, errorsTotal, warnings, warningsTotal }: CheckOutcome & { kind: 'finished' }): void => {
  const counted = errorsTotal >= errors.length && warningsTotal >= warnings.length;
  must(counted, 'totals are not less than what is listed', () => `${errorsTotal} ${warningsTotal}`);
  must(
    [...errors, ...warnings].every(({ message }) => message.length <= 1_000),
    'texts of Meta are cut',
  );
};

/** Whatever comes back over HTTP, through the client as it is deployed: all three calls get the same bytes. */
export const graphAnswers = (): Target => ({
  name: 'graph-answers',
  corpus: 'graph',
  ending: '.http',
  dictionary: httpWords,
  largest: 60_000,
  // An answer that never comes to its end takes the client's time-out, twice where it looks whether the proof was refused.
  longestMs: 4_000,
  testRuns: 200,
  reshape: reshapeHttp,
  open: async () => {
    const server = await answeringServer();
    const graph = graphClient({
      baseUrl: server.url,
      version: 'v26.0',
      httpTimeoutMs: 400,
      secrets: { meta: async () => ({ accessToken: TOKEN, appSecret: APP_SECRET, version: '1' }) },
    });
    const run = async (input: Buffer): Promise<string> => {
      server.answerWith(input);
      const [sent, checked, probed] = await Promise.all([
        graph.sendBatch('12', '{"requests":[]}'),
        graph.checkHandle('12', 'Ac1' as Handle),
        graph.probe('12'),
      ]);
      checkShape(sent, sendShapes);
      checkShape(checked, checkShapes);
      checkShape(probed, probeShapes);
      const said = look([sent, checked, probed], secrets).size;
      must(said <= mostSaid(input.length), 'outcomes are not much longer than the answer', () => `${said}`);
      if (sent.kind === 'accepted') {
        const bytes = Buffer.byteLength(sent.handle);
        must(bytes > 0 && bytes <= LONGEST_HANDLE, 'a handle can be kept', () => `${bytes} bytes`);
      }
      if (checked.kind === 'finished') checkFinished(checked);
      const remarks =
        'validation' in sent ? sent.validation.map(({ id, errors }) => (id === null ? 0 : 1 + errors.length)) : [];
      const listed = checked.kind === 'finished' ? [checked.errors.length, checked.errorsTotal].map(size) : [];
      return [sent.kind, ...new Set(remarks.map(size)), checked.kind, ...listed, probed.kind].join(' ');
    };
    return { run, close: server.close };
  },
});
