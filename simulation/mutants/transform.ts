import { at, type Mutant } from './mutant.ts';

const draft = at('services/transform/src/domain/draft-partition.ts');
const fold = at('services/transform/src/domain/fold.ts');
const foldPartition = at('services/transform/src/domain/fold-partition.ts');
const functions = at('services/transform/src/functions.ts');
const makePlan = at('services/transform/src/make-plan.ts');
const settle = at('services/transform/src/domain/settle.ts');
const settleSync = at('services/transform/src/settle-sync.ts');
const sources = at('services/transform/src/sources.ts');
const states = at('services/transform/src/states.ts');
const work = at('services/transform/src/work.ts');

const withoutItsGuard = settleSync('if (judged !== planned || tally.items() !== planned) {', 'if (judged < 0) {');

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
    sentence: 'the gate looks away from a plan that wants more than this sync has room for',
    patches: [makePlan('risks: picture.risks(', 'risks: cuts.length > going.length ? [] : picture.risks(')],
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
        '          carried.set(key, waitingFor(entry, content(place), until));\n',
        '          waitingFor(entry, content(place), until);\n',
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
    patches: [draft('until > openedAt', 'until < 0')],
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
    patches: [foldPartition('floor !== null && compareFiles(files[file]!, floor) < 0', 'floor === undefined')],
    shows: ['I2', 'L2'],
  },
  {
    name: 'older-whole-feed',
    sentence: 'an older whole feed is applied late',
    patches: [sources('floor === null || compareFiles(order, floor) > 0', 'floor === null || order !== floor')],
    shows: ['I2', 'L2'],
  },
  {
    name: 'unchanged-keeps-order',
    sentence: 'an unchanged row does not raise the order of its product',
    patches: [foldPartition('        raised.file[place] = stretches[at]!.file;\n', '')],
    shows: ['I2', 'L2'],
  },
  {
    name: 'troubled-before-settled',
    sentence: 'products in trouble are counted without what became of this sync’s items',
    patches: [settleSync('troubledIn(state)', 'troubledIn(draft)')],
    shows: ['L5'],
  },
  {
    name: 'discard-drops-carried',
    sentence: 'a discarded plan drops carried rows',
    patches: [
      settleSync('import { nextDue, openPartitions,', 'import { nextDue, openPartitions, readState,'),
      settleSync(
        '  return { ...pointer, sync: ref.sync, reportKey };',
        `  if (status === 'discarded' && pointer.due !== null) {
    const state = await readState(work, pointer.stateKey, 1);
    const before = openPartitions(work, state, state.bits);
    const partitions = [];
    for (const place of state.partitions.keys()) {
      const { entries, waiting } = await before(place);
      const dropped = { entries, waiting: { ...waiting, carried: new Map() } };
      partitions.push(await writePartition(work, ref, place, dropped));
    }
    const stateKey = await writeState(work, ref, { ...state, partitions });
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
      work('makePlan(ref, sync.value, inputs', 'makePlan(ref, { ...sync.value, openedAt: clock.now() }, inputs'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source's own template
      makePlan('plan-${hash}.json', 'plan.json'),
    ],
    shows: ['I5', 'L2', 'I2', 'I6', 'L6'],
  },
  {
    name: 'embargoed-at-rest',
    sentence: 'a partition counts as one in which nothing moves though a new row waits in it for an embargo’s end',
    patches: [draft('embargoed.length > 0 || ', '')],
    shows: ['L2', 'I2'],
  },
  {
    name: 'at-rest-for-ever',
    sentence: 'a partition in which all rows wait is passed over though some of them have room',
    patches: [makePlan(' && places.firstOf(place) >= items', '')],
    shows: ['L6', 'L2', 'I2'],
  },
  {
    name: 'drafted-before-its-turn',
    sentence: 'a partition is taken for one without room though some of its rows have it',
    patches: [makePlan('places.firstOf(place) >= room', 'places.firstOf(place) > 0')],
    shows: ['L6'],
  },
  {
    name: 'rows-of-one-table',
    sentence: 'of several tables of a partition in one object the first alone is read',
    patches: [sources('  return tables.map(', '  return tables.slice(0, 1).map(')],
    shows: ['L2', 'I1', 'I2'],
  },
  {
    name: 'items-of-another-partition',
    sentence: 'items are read as if those of their partition began the object',
    patches: [at('shared/records/rows-table.ts')('start: items.start + starts[place]!', 'start: starts[place]!')],
    shows: ['L2', 'I1', 'I2', 'L6'],
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
  {
    name: 'beyond-the-bound-dropped',
    sentence: 'rows that a sync has no room for are dropped instead of carried',
    patches: [
      draft(
        '  for (const candidate of beyond) carried.set',
        '  for (const candidate of beyond.slice(0, 0)) carried.set',
      ),
    ],
    shows: ['L2', 'I1', 'I2'],
  },
  {
    name: 'carried-for-ever-last',
    sentence: 'a carried row is forgotten when a later sync has no file of its partition',
    patches: [
      foldPartition(
        '  for (const key of waiting.carried.keys()) if',
        '  if (stretches.length > 0) for (const key of waiting.carried.keys()) if',
      ),
    ],
    shows: ['L2', 'I1', 'L3'],
  },
  {
    name: 'grown-catalog-forgotten',
    sentence: 'a catalog that is cut finer than before forgets the products of all but its first partitions',
    patches: [states('state.partitions[place >> (bits - state.bits)]', 'state.partitions[place]')],
    shows: ['L2', 'I2', 'I8', 'I1', 'L6'],
  },
  {
    name: 'older-row-of-two-files',
    sentence: 'of two files of one sync the one that is read last wins, whichever is newer',
    patches: [
      foldPartition(
        'return byFile > 0 || (byFile === 0 && rowAt(one, place) > rowAt(other, thanPlace));',
        'return byFile !== undefined;',
      ),
    ],
    shows: ['I2', 'L2'],
  },
  {
    name: 'rejected-not-named',
    sentence: 'a product whose row is rejected counts as not named by a whole feed',
    patches: [foldPartition('      if (names) {', '      if (names && rejected[place] === 0) {')],
    shows: ['I2', 'L2', 'I8'],
  },
  {
    name: 'draft-settled-anew',
    sentence: 'a partition whose items were sent is settled on the state before, not on the draft',
    patches: [
      settleSync(
        'const drafted = openPartitions(work, draft, draft.bits);',
        'const drafted = openPartitions(work, plan.fromState === null ? draft : await readState(work, plan.fromState, 1), draft.bits);',
      ),
      settleSync('import { nextDue, openPartitions,', 'import { nextDue, openPartitions, readState,'),
    ],
    shows: ['L2', 'I1', 'I2', 'I6'],
  },
];
