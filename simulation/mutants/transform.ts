import { at, type Mutant } from './mutant.ts';

const fold = at('services/transform/src/domain/fold.ts');
const functions = at('services/transform/src/functions.ts');
const makePlan = at('services/transform/src/make-plan.ts');
const plan = at('services/transform/src/domain/plan.ts');
const settle = at('services/transform/src/domain/settle.ts');
const settleSync = at('services/transform/src/settle-sync.ts');
const work = at('services/transform/src/work.ts');

const withoutItsGuard = settleSync(
  'if (judged !== planned || settled.items.length !== planned) {',
  'if (judged < 0) {',
);

export const transformMutants: readonly Mutant[] = [
  {
    name: 'baseline-before-verdicts',
    sentence: 'the baseline moves on before the verdicts are there',
    patches: [
      work(
        "if (state === 'failed' || state === 'discarded' || batches === 0)",
        'if (batches >= 0 && key !== undefined && state !== undefined)',
      ),
      withoutItsGuard,
    ],
    shows: ['I6', 'I8', 'L2', 'L3', 'L6', 'I1'],
  },
  {
    name: 'gate-moves-baseline',
    sentence: 'a held plan is not sent, but the baseline moves',
    patches: [
      work("  if (state === 'held') {", "  if (state === 'held' && batches < 0) {"),
      work("state === 'discarded' || batches === 0)", "state === 'discarded' || state === 'held' || batches === 0)"),
      withoutItsGuard,
    ],
    shows: ['L2', 'I8', 'L1', 'I1'],
  },
  {
    name: 'gate-by-slice',
    sentence: 'the gate counts only what this sync has room for',
    patches: [plan('risks: risksOf(wanted,', 'risks: risksOf(sent,')],
    shows: ['I8'],
  },
  {
    name: 'approval-believed',
    sentence: 'PlanApproved is believed without the person’s own write',
    patches: [
      functions(
        'onSync: (ref, { id }) => workOn(ref, id, needs()),',
        `onSync: async (ref, { id, name }) => {
        const sk = String(ref.sync).padStart(9, '0');
        const plan = name === 'PlanApproved' ? await needs().table.get('plan#' + ref.catalog, sk) : undefined;
        if (plan?.state === 'held') await needs().table.write([{ kind: 'put', rev: plan.rev, record: { ...plan, state: 'approved' } }]);
        await workOn(ref, id, needs());
      },`,
      ),
    ],
    shows: ['I12'],
  },
  {
    name: 'errored-as-accepted',
    sentence: 'what Meta refused is taken for accepted',
    patches: [settle('      if (errored.has(id)) {', '      if (errored.has(id) && errored.size < 0) {')],
    shows: ['I1', 'L2'],
  },
  {
    name: 'unknown-as-errored',
    sentence: 'an item whose outcome is unknown is marked as errored',
    patches: [settle('      if (errored.has(id)) {', "      if (errored.has(id) || leaf.status === 'unknown') {")],
    shows: ['I10', 'I1', 'L2'],
  },
  {
    name: 'unknown-keeps-fingerprint',
    sentence: 'an unknown item keeps what was known of it before',
    patches: [
      settle(
        "outcome: 'unknown', fingerprint: null, times",
        "outcome: old?.outcome ?? 'unknown', fingerprint: old?.fingerprint ?? null, times",
      ),
    ],
    shows: ['L2'],
  },
  {
    name: 'unknown-not-carried',
    sentence: 'the row of an unknown item is not carried',
    patches: [
      settle(
        '          carried.set(id, waitingFor(entry, data(place), until));\n',
        '          waitingFor(entry, data(place), until);\n',
      ),
    ],
    shows: ['L2'],
  },
  {
    name: 'no-embargo',
    sentence: 'products under embargo are sent',
    patches: [
      fold(
        '} else if (embargo !== undefined && embargo > openedAt) {',
        '} else if (embargo !== undefined && embargo < 0) {',
      ),
    ],
    shows: ['I6'],
  },
  {
    name: 'earlier-embargoes-dropped',
    sentence: 'embargoes of earlier syncs are dropped',
    patches: [settle('until > plan.openedAt', 'until < 0')],
    shows: ['I6'],
  },
  {
    name: 'embargo-forgotten',
    sentence: 'the embargo is forgotten when the batch settled well in the end',
    patches: [settle('if (leaf.amb > 0) embargoes', "if (leaf.amb > 0 && leaf.status === 'unknown') embargoes")],
    shows: ['I6'],
  },
  {
    name: 'no-floor',
    sentence: 'an older file brings back what a newer whole feed has ended',
    patches: [
      fold(
        'if (floor !== null && compareFiles(row.order, floor) < 0)',
        'if (floor !== null && compareFiles(row.order, floor) === undefined)',
      ),
    ],
    shows: ['I2', 'L2'],
  },
  {
    name: 'older-whole-feed',
    sentence: 'an older whole feed is applied late',
    patches: [fold('floor === null || compareFiles(order, floor) > 0', 'floor === null || order !== floor')],
    shows: ['I2', 'L2'],
  },
  {
    name: 'unchanged-keeps-order',
    sentence: 'an unchanged row does not raise the order of its product',
    patches: [
      fold(
        "if (equal && entry.outcome === 'accepted') {\n    folded.raised.push([winner.id, winner.order]);",
        "if (equal && entry.outcome === 'accepted') {",
      ),
    ],
    shows: ['I2', 'L2'],
  },
  {
    name: 'discard-drops-carried',
    sentence: 'a discarded plan drops carried rows',
    patches: [
      settleSync(
        '  return { ...pointer, sync: ref.sync, reportKey };',
        `  if (status === 'discarded' && pointer.due !== null) {
    const known = await readState(work, pointer.stateKey);
    const stateKey = await writeState(work, ref, { ...known, carried: new Map() });
    return { ...pointer, sync: ref.sync, reportKey, stateKey, due: null };
  }
  return { ...pointer, sync: ref.sync, reportKey };`,
      ),
    ],
    shows: ['L2'],
  },
  {
    name: 'own-clock-fixed-name',
    sentence: 'a plan lies under a fixed name and is judged by each worker’s own clock',
    patches: [
      work('makePlan(ref, sync.value, validated', 'makePlan(ref, { ...sync.value, openedAt: clock.now() }, validated'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source's own template
      makePlan('plan-${hash}.json', 'plan.json'),
    ],
    shows: ['I5', 'L2', 'I2', 'I6', 'L6'],
  },
  {
    name: 'embargo-without-margin',
    sentence: 'an embargo counts from the beginning of the attempt, without a margin',
    patches: [
      settle('embargoMs + 2 * ALLOWED_SKEW)', 'embargoMs)'),
      at('services/publish/src/send-due.ts')(
        'latest(batch.amb, batch.until ?? 0)',
        'latest(batch.amb, (batch.until ?? 0) - LEASE_MS)',
      ),
      at('services/publish/src/domain/judge-answer.ts')('latest(amb, now)), news', 'latest(amb, now - 60_000)), news'),
    ],
    shows: ['I6'],
  },
];
