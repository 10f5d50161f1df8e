/**
 * Measures, prints the figures, and writes them to docs/benchmarks.md: `npm run bench -- <what>`. Exits with 1 when a
 * goal is missed. It takes the machine for itself, so nothing else runs it.
 */
import { fileURLToPath } from 'node:url';
import { machine, tableOf, writeSection } from './bench/report.ts';
import { benchSandbox } from './bench/sandbox.ts';

const DOCUMENT = fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url));

const sandbox = async (): Promise<void> => {
  const facts = machine();
  process.stdout.write(`${facts}\n`);
  const rows = await benchSandbox();
  const table = tableOf(rows);
  process.stdout.write(`${table}\n`);
  const how =
    'Each server in a process of its own, one client beside it with the SDK’s default settings, 16 calls at a time; ' +
    'the median of three runs (DynamoDB: one). The peak is that of the process over all runs. ' +
    'Where the load is above the number of processors, the rate per second of the server’s CPU is the one to compare.';
  const when = new Date().toISOString().slice(0, 10);
  writeSection(DOCUMENT, 'The sandbox', `\`npm run bench -- sandbox\`, ${when}. ${facts}.\n\n${how}\n\n${table}`);
  if (rows.some(({ amount, measured, goalPerSecond }) => amount / measured.seconds < goalPerSecond))
    process.exitCode = 1;
};

const benches: Record<string, () => Promise<void>> = { sandbox };

const [wanted = ''] = process.argv.slice(2);
const bench = Object.hasOwn(benches, wanted) ? benches[wanted] : undefined;
if (bench === undefined) {
  process.stderr.write(`npm run bench -- <what>, where <what> is one of: ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 2;
} else await bench();
