/**
 * Measures, prints the figures, and writes them to docs/benchmarks.md: `npm run bench -- <what>`. Exits with 1 when a
 * goal is missed. It takes the machine for itself, so nothing else runs it.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { baselineTable, benchBaseline, howBuilt, judgeBaseline } from './bench/baseline/baseline.ts';
import { benchLoad } from './bench/load/load.ts';
import { howLoaded, judgeLoad, loadTable } from './bench/load/report.ts';
import { type Goal, listOf, machine, tableOf, writeSection } from './bench/report.ts';
import { judgeGoals, rowsPicture, rowsTable } from './bench/rows/report.ts';
import { benchRows, howMeasured } from './bench/rows/rows.ts';
import { benchSandbox } from './bench/sandbox.ts';
import { functionsTable, judgeWhole, wholeTable } from './bench/whole/report.ts';
import { benchWhole } from './bench/whole/whole.ts';

const inDocs = (name: string): string => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
const DOCUMENT = inDocs('benchmarks.md');
const PICTURE = 'benchmark-rows.svg';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const today = (): string => new Date().toISOString().slice(0, 10);

const sandbox = async (): Promise<void> => {
  const facts = machine();
  say(facts);
  const rows = await benchSandbox();
  const table = tableOf(rows);
  say(table);
  const how =
    'Each server in a process of its own, one client beside it with the SDK’s default settings, 16 calls at a time; ' +
    'the median of three runs (DynamoDB: one). The peak is that of the process over all runs. ' +
    'Where the load is above the number of processors, the rate per second of the server’s CPU is the one to compare.';
  writeSection(DOCUMENT, 'The sandbox', `\`npm run bench -- sandbox\`, ${today()}. ${facts}.\n\n${how}\n\n${table}`);
  if (rows.some(({ amount, measured, goalPerSecond }) => amount / measured.seconds < goalPerSecond))
    process.exitCode = 1;
};

const rows = async (count: number): Promise<void> => {
  const facts = machine();
  say(facts);
  const bench = await benchRows(count, say);
  const goals = judgeGoals(bench);
  const reached = listOf(goals);
  const absent = bench.missing.map(({ name }) => `\n\n${name} is not installed on this machine.`).join('');
  const table = rowsTable(bench);
  say(`${table}\n${reached}${absent}`);
  writeFileSync(inDocs(PICTURE), rowsPicture(bench));
  writeSection(
    DOCUMENT,
    'Rows',
    [
      `\`npm run bench -- rows --rows ${count}\`, ${today()}. ${facts}.`,
      howMeasured(bench),
      table,
      `![CPU seconds of each peer](${PICTURE})`,
      `${reached}${absent}`,
    ].join('\n\n'),
  );
  if (goals.some(({ met }) => !met)) process.exitCode = 1;
};

const whole = async (count: number): Promise<void> => {
  const facts = machine();
  say(facts);
  const bench = await benchWhole(count, say);
  const goals = judgeWhole(bench);
  const tables = [wholeTable(bench), listOf(goals), FUNCTIONS, functionsTable(bench)].join('\n\n');
  say(tables);
  writeSection(
    DOCUMENT,
    'The whole way',
    `\`npm run bench -- whole --rows ${count}\`, ${today()}. ${facts}.\n\n${WHOLE}\n\n${tables}`,
  );
  if (goals.some(({ met }) => !met)) process.exitCode = 1;
};
const WHOLE =
  'A generated feed, as of the section “Rows”, is landed by `catalog-sync run --full` in a new sandbox, then the same feed ' +
  'with some prices and titles changed and all else byte for byte the same, then that feed once more. ' +
  'CPU seconds are user and system seconds of all of it: the command line, the emulators of AWS and Meta, and the functions, ' +
  'those of validate and transform in processes of their own. A sandbox that starts on the folder of the first sync shows ' +
  'what reading it again takes.';
const FUNCTIONS =
  'What the sandbox says of the functions’ memory. Of validate and transform: all resident memory of a process, as Lambda ' +
  'counts it; they may have 512 MB, and would be killed beyond. Of the others: V8’s heap and Buffers of one worker, sampled ' +
  'each 100 ms while it runs, without Node itself.';

/** Says what was found, and writes it down as a section of its own. */
const tell = (title: string, call: string, facts: string, parts: readonly string[], goals: readonly Goal[]): void => {
  const told = [...parts, listOf(goals)].join('\n\n');
  say(told);
  writeSection(DOCUMENT, title, `\`npm run bench -- ${call}\`, ${today()}. ${facts}.\n\n${told}`);
  if (goals.some(({ met }) => !met)) process.exitCode = 1;
};

const baseline = async (count: number): Promise<void> => {
  const facts = machine();
  say(facts);
  const bench = benchBaseline(count);
  const parts = [howBuilt(bench), baselineTable(bench)];
  tell('The baseline', `baseline --products ${count}`, facts, parts, judgeBaseline(bench));
};

const load = async (count: number): Promise<void> => {
  const facts = machine();
  say(facts);
  const bench = await benchLoad(count, say);
  const parts = [howLoaded(bench), loadTable(bench)];
  tell('A first load under a small quota', `load --products ${count}`, facts, parts, judgeLoad(bench));
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { rows: { type: 'string', default: '1000000' }, products: { type: 'string' } },
});
const count = Number(values.rows);
const products = Number(values.products ?? (positionals[0] === 'load' ? 2_000_000 : 10_000_000));
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n > 0;
const benches: Record<string, () => Promise<void>> = {
  sandbox,
  rows: () => rows(count),
  whole: () => whole(count),
  baseline: () => baseline(products),
  load: () => load(products),
};

const [wanted = ''] = positionals;
const bench = Object.hasOwn(benches, wanted) ? benches[wanted] : undefined;
if (bench === undefined || !isCount(count) || !isCount(products)) {
  const known = Object.keys(benches).join(', ');
  process.stderr.write(`npm run bench -- <what> [--rows 1000000] [--products N], where <what> is one of: ${known}\n`);
  process.exitCode = 2;
} else await bench();
