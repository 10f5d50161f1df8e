import { at, type Mutant } from './mutant.ts';

const breaker = at('services/publish/src/domain/breaker.ts');
const carryOut = at('services/publish/src/carry-out.ts');
const children = at('services/publish/src/children.ts');
const judgeAnswer = at('services/publish/src/domain/judge-answer.ts');
const judgeVerdict = at('services/publish/src/domain/judge-verdict.ts');
const nextClaim = at('services/publish/src/domain/next-claim.ts');
const quota = at('services/publish/src/domain/quota.ts');
const sendDue = at('services/publish/src/send-due.ts');
const sending = at('services/publish/src/sending.ts');
const throttle = at('shared/catalog/throttle.ts');
const work = at('services/publish/src/work.ts');

export const publishMutants: readonly Mutant[] = [
  {
    name: 'verdict-from-ids-alone',
    sentence: 'a verdict is read from a list of ids that Meta leaves empty',
    patches: [
      judgeVerdict(
        'const inErrors = errors.filter(({ id }) => known.has(id));',
        'const inErrors = errors.slice(0, 0);',
      ),
      judgeVerdict('invalidIds.filter((id) => known.has(id));', 'invalidIds.slice(0, 0);'),
      judgeVerdict('if (errorsTotal <= named ||', 'if (errorsTotal >= 0 ||'),
    ],
    shows: ['I1', 'L2'],
  },
  {
    name: 'error-list-complete',
    sentence: 'the list of errors is taken for complete, its count is ignored',
    patches: [judgeVerdict('if (errorsTotal <= named ||', 'if (errorsTotal >= 0 ||')],
    shows: ['I1', 'L2'],
  },
  {
    name: 'parent-before-children',
    sentence: 'a split batch is written before the batches that take its place',
    patches: [
      carryOut(
        '  if (!(await save(ref, batch, writes, news, needs))) return false;',
        `  if (!(await save(ref, batch, writes.slice(0, 1), news, needs))) return false;
  for (const write of writes.slice(1)) await needs.table.write([write]);`,
      ),
    ],
    shows: ['L2', 'L3', 'L6'],
  },
  {
    name: 'children-unambiguous',
    sentence: 'the parts of a split batch do not inherit its ambiguity',
    patches: [children('      parent: parent.batchId,\n', '      parent: parent.batchId,\n      amb: epochMs(0),\n')],
    shows: ['I6'],
  },
  {
    name: 'take-over-unambiguous',
    sentence: 'a batch that is taken over from a dead worker does not become ambiguous',
    patches: [
      sendDue("amb: batch.state === 'sending' ? latest(batch.amb, batch.until ?? 0) : batch.amb", 'amb: batch.amb'),
    ],
    shows: ['I6'],
  },
  {
    name: 'time-out-unambiguous',
    sentence: 'a call without an answer does not make its batch ambiguous',
    patches: [judgeAnswer('waiting(waitAfter(setbacks), latest(amb, now))', 'waiting(waitAfter(setbacks))')],
    shows: ['I6'],
  },
  {
    name: 'error-unambiguous',
    sentence: 'a batch that Meta ended as error is sent again without becoming ambiguous',
    patches: [
      judgeVerdict(
        'tryAgain(batch, batch.errored, latest(batch.amb, now), why, now)',
        'tryAgain(batch, batch.errored, epochMs(batch.amb), why, now)',
      ),
    ],
    shows: ['I6'],
  },
  {
    name: 'stuck-unambiguous',
    sentence: 'a batch that never finished leaves no embargo',
    patches: [
      judgeVerdict(
        "return { to: 'unknown', errored: [...batch.errored], amb: latest(batch.amb, now), why };",
        "return { to: 'unknown', errored: [...batch.errored], amb: epochMs(batch.amb), why };",
      ),
    ],
    shows: ['I6'],
  },
  {
    name: 'call-errors-after-handle',
    sentence: 'errors in the answer to a call are stored after the handle instead of with it',
    patches: [
      carryOut('submittedAt: clock.now(), errored: step.errored };', 'submittedAt: clock.now(), errored: [] };'),
      carryOut(
        '  const { batchId, attempt } = batch;\n',
        `  if (step.to === 'submitted' && step.errored.length > 0) {
    const at = { pk: 'batches#' + ref.catalog + '-' + String(ref.sync).padStart(6, '0'), sk: batch.batchId };
    const found = await needs.table.get(at.pk, at.sk);
    if (found?.state === 'submitted') await needs.table.write([{ kind: 'put', rev: found.rev, record: { ...found, errored: step.errored } }]);
  }
  const { batchId, attempt } = batch;
`,
      ),
    ],
    shows: ['I1', 'L2', 'I9'],
  },
  {
    name: 'one-breaker-field',
    sentence: 'a late throttle answer ends a pause',
    patches: [
      breaker(
        '      return afterThrottle(breaker, news, now);',
        '      return { ...afterThrottle(breaker, news, now), paused: false };',
      ),
    ],
    shows: ['I8', 'I7'],
  },
  {
    name: 'breaker-before-claim',
    sentence: 'the breaker is read before the claim instead of in it',
    patches: [sendDue('    sameBreaker(ref.catalog, breaker.rev),\n', '')],
    shows: ['I8'],
  },
  {
    name: 'pause-ignored',
    sentence: 'a pause keeps nothing back',
    patches: [nextClaim('if (breaker.paused || open.length === 0)', 'if (open.length === 0)')],
    shows: ['I8'],
  },
  {
    name: 'quota-outside-claim',
    sentence: 'the quota is counted beside the claim, not with it',
    patches: [
      sendDue("    { kind: 'put', rev: look.calls.rev, record: { ...quotaKey(ref.catalog), ...calls } },\n", ''),
    ],
    shows: ['I7'],
  },
  {
    name: 'quota-by-claims',
    sentence: 'a call counts for an hour from its claim, though it may leave later',
    patches: [quota('const COUNTS_FOR_MS = MINUTE + CLAIM_TO_CALL_MS + HOUR;', 'const COUNTS_FOR_MS = HOUR;')],
    shows: ['I7'],
  },
  {
    name: 'throttle-of-one-batch',
    sentence: 'a throttle keeps back the batch that met it, and no other',
    patches: [
      breaker(
        '      return afterThrottle(breaker, news, now);',
        '      return { ...afterThrottle(breaker, news, now), rateUntil: breaker.rateUntil };',
      ),
    ],
    shows: ['I7'],
  },
  {
    name: 'allowance-not-read',
    sentence: 'nobody stops when Meta says that its allowance is nearly used up',
    patches: [throttle('  percent >= ENOUGH_PERCENT ?', '  percent > 1000 ?')],
    shows: ['I7'],
  },
  {
    name: 'allowance-no-reason-to-slow-down',
    sentence: 'calls go as fast as before when Meta says that much of its allowance is used',
    patches: [breaker('  now - usedAt < HOUR ? usedPercent : 0;', '  now - usedAt < 0 ? usedPercent : 0;')],
    shows: ['I7'],
  },
  {
    name: 'app-throttle-unheard-by-publish',
    sentence: 'batches go on while monitor was told that all calls of the app must wait',
    patches: [nextClaim('latest(breaker.rateUntil, appUntil)', 'latest(breaker.rateUntil, 0 * appUntil)')],
    shows: ['I7'],
  },
  {
    name: 'transition-without-attempt',
    sentence: 'a transition does not name the attempt that it read',
    patches: [
      carryOut(
        '    putBatch(ref, batch, next, needs),',
        '    putBatch(ref, { ...batch, rev: (await readBatch(ref, batch.batchId, needs))?.rev ?? 0 }, next, needs),',
      ),
    ],
    shows: ['I6', 'I9', 'L2', 'L6', 'I1'],
  },
  {
    name: 'held-plan-sent',
    sentence: 'the batches of a held plan are sent',
    patches: [
      sending(
        "!(plan.state === 'planned' || plan.state === 'approved')",
        "!(plan.state === 'planned' || plan.state === 'approved' || plan.state === 'held')",
      ),
    ],
    shows: ['I8'],
  },
  {
    name: 'pointer-not-read',
    sentence: 'publish does not look whether the sync is settled already',
    patches: [work('  if (await isSettled(ref, needs)) return closeSending(ref, needs);\n', '')],
    shows: ['I4', 'L3', 'L6', 'I8', 'I6'],
  },
];
