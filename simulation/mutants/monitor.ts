import { at, type Mutant } from './mutant.ts';

const alerts = at('services/monitor/src/alerts.ts');
const examineSettled = at('services/monitor/src/examine-settled.ts');
const standing = at('services/monitor/src/domain/standing.ts');
const watchCatalog = at('services/monitor/src/watch-catalog.ts');

export const monitorMutants: readonly Mutant[] = [
  {
    name: 'alert-storm',
    sentence: 'the same trouble is told anew with every sync',
    patches: [standing('found.sameAs !== was?.sameAs', 'true')],
    shows: ['L5'],
  },
  {
    name: 'trouble-without-end',
    sentence: 'nobody is told that a trouble is over',
    patches: [standing('if (found === undefined && wouldHaveMet(kind, report))', 'if (found === null)')],
    shows: ['L5'],
  },
  {
    name: 'unknown-taken-for-over',
    sentence: 'a sync of other products counts as the end of a trouble with items that still wait',
    patches: [standing('troubled?.unknown === 0', 'true')],
    shows: ['L5'],
  },
  {
    name: 'refused-taken-for-over',
    sentence: 'a sync of other products counts as the end of a trouble with items that Meta still refuses',
    patches: [standing('troubled?.refused === 0', 'true')],
    shows: ['L5'],
  },
  {
    name: 'examined-before-told',
    sentence: 'a sync counts as examined before its alerts are saved',
    patches: [
      alerts(
        '  if (!(await needs.table.write(writes))) return false;',
        '  for (const write of writes) if (!(await needs.table.write([write]))) return false;',
      ),
    ],
    shows: ['L5'],
  },
  {
    name: 'over-before-told',
    sentence: 'an alert is cleared though nobody was told that it is open',
    patches: [alerts('      if (!read.value.told) return false;\n', '')],
    shows: ['L5'],
  },
  {
    name: 'cleared-before-it-opened',
    sentence: 'that an alert is over is dated by a clock that is behind the one that dated its opening',
    patches: [alerts('before === undefined || before.state === alert.state || before.at < alert.at', 'true')],
    shows: ['L5', 'L6'],
  },
  {
    name: 'stalled-without-end',
    sentence: 'nobody is told that a stalled sync has settled',
    patches: [
      examineSettled(
        'planHeldId(catalog, syncId(ref)), stalledId(catalog, syncId(ref))',
        'planHeldId(catalog, syncId(ref))',
      ),
    ],
    shows: ['L5'],
  },
  {
    name: 'said-once-and-forgotten',
    sentence: 'what is still open is never said again',
    patches: [
      watchCatalog('  for (const { id } of Object.values(watched.value.standing)) await sayAgain(id, needs);\n', ''),
    ],
    shows: ['L5'],
  },
];
