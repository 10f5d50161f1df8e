import { at, type Mutant } from './mutant.ts';

const SERVICES = ['ingest', 'validate', 'transform', 'publish', 'monitor'];
const onQueue = at('shared/edge/on-queue.ts');
const followHandle = at('services/monitor/src/follow-handle.ts');
const judgeCheck = at('services/monitor/src/domain/judge-check.ts');

export const otherMutants: readonly Mutant[] = [
  {
    name: 'no-sweep',
    sentence: 'no service looks for what was forgotten',
    patches: SERVICES.map((name) => {
      const [find, needs] =
        name === 'publish' ? ['onTick: () => sweep(needs),', 'needs'] : ['onTick: () => sweep(needs()),', 'needs()'];
      return at(`services/${name}/src/functions.ts`)(find, `onTick: async () => void [sweep, ${needs}],`);
    }),
    shows: ['L6'],
  },
  {
    name: 'deduplicated-by-event-id',
    sentence: 'work is not done again for an event whose id was seen',
    patches: ['validate', 'transform'].map((name) =>
      at(`services/${name}/src/functions.ts`)(
        'onSync: (ref, { id }) => workOn(ref, id, needs()),',
        `onSync: async (ref, { id }) => {
        if (await needs().table.write([{ kind: 'put', rev: 0, record: { pk: 'seen#' + id, sk: 'seen' } }])) await workOn(ref, id, needs());
      },`,
      ),
    ),
    shows: ['L6', 'I4'],
  },
  {
    name: 'replay-parked-anew',
    sentence: 'a replayed event that nobody can read is parked and told as another one',
    patches: [onQueue('hash: parkedHash(body), body', 'hash: hashOf([body]), body')],
    shows: ['I4'],
  },
  {
    name: 'alert-told-by-both',
    sentence: 'of two that look at one cause at the same time, both tell it',
    patches: [
      at('services/monitor/src/alerts.ts')(
        "if (read?.value.alert.state !== 'open' && (await save(alert, read, needs))) await tell(alert.id, needs);",
        "if (read?.value.alert.state !== 'open') await save(alert, read, needs);\n  await tell(alert.id, needs);",
      ),
      at('services/monitor/src/alerts.ts')(
        '  if (!(await needs.table.write(writes))) return false;\n  for (const id of changed) await tell(id, needs);',
        '  const won = await needs.table.write(writes);\n  for (const id of changed) await tell(id, needs);\n  if (!won) return false;',
      ),
    ],
    shows: ['L5'],
  },
  {
    name: 'dead-token-unheard',
    sentence: 'a token that is refused only when handles are asked about is told to nobody',
    patches: [followHandle('  await noteAccess(ref.catalog, outcome, needs);\n', '  void noteAccess;\n')],
    shows: ['L6', 'I7'],
  },
  {
    name: 'asks-while-throttled',
    sentence: 'handles are asked about while Meta throttles us',
    patches: [followHandle('  if (notBefore > clock.now()) {', '  if (notBefore < 0) {')],
    shows: ['I7'],
  },
  {
    name: 'app-throttle-unheard-by-monitor',
    sentence: 'handles are asked about while publish was told that all calls of the app must wait',
    patches: [
      at('services/monitor/src/domain/asking.ts')(
        'latest(rateUntil, latest(appUntil, forPublish))',
        'latest(rateUntil, latest(appUntil, 0 * forPublish))',
      ),
    ],
    shows: ['I7'],
  },
  {
    name: 'stuck-without-an-answer',
    sentence: 'an outage or a dead token makes a handle stuck',
    patches: [
      judgeCheck(
        "    case 'access':\n    case 'no-answer':\n      return { kind: 'ask-again' };",
        "    case 'access':\n    case 'no-answer':\n      return now - since >= stuckAfterMs ? { kind: 'ended', verdict: { kind: 'stuck' } } : { kind: 'ask-again' };",
      ),
    ],
    shows: ['L2', 'I10'],
  },
];
