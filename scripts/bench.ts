/**
 * Measures, prints the figures, and writes them to docs/benchmarks.md: `npm run bench -- <what>`. Exits with 1 when a
 * goal is missed. It takes the machine for itself, so nothing else runs it.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine, tableOf, writeSection } from './bench/report.ts';
import { judgeGoals, rowsPicture, rowsTable } from './bench/rows/report.ts';
import { benchRows, howMeasured } from './bench/rows/rows.ts';
import { benchSandbox } from './bench/sandbox.ts';

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
  const reached = goals.map(({ text, met }) => `- ${met ? 'Met' : '**Missed**'}: ${text}.`).join('\n');
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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rows: { type: 'string', default: '1000000' } },
});
const count = Number(values.rows);
const benches: Record<string, () => Promise<void>> = { sandbox, rows: () => rows(count) };

const [wanted = ''] = positionals;
const bench = Object.hasOwn(benches, wanted) ? benches[wanted] : undefined;
if (bench === undefined || !Number.isSafeInteger(count) || count < 1) {
  const known = Object.keys(benches).join(', ');
  process.stderr.write(`npm run bench -- <what> [--rows 1000000], where <what> is one of: ${known}\n`);
  process.exitCode = 2;
} else await bench();
