import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, freemem, loadavg, platform, release, totalmem } from 'node:os';
import type { FunctionReport } from '../../sandbox/control/server.ts';
import type { Measured } from './measure.ts';

export interface Row {
  what: string;
  measured: Measured;
  amount: number;
  unit: string;
  goalPerSecond: number;
}

/** What was to be reached, and whether it was. */
export interface Goal {
  text: string;
  met: boolean;
}

export const listOf = (goals: readonly Goal[]): string =>
  goals.map(({ text, met }) => `- ${met ? 'Met' : '**Missed**'}: ${text}.`).join('\n');

export const whole = (n: number): string => Math.round(n).toLocaleString('en-US');
export const megabytes = (bytes: number): string => whole(bytes / 2 ** 20);

const cells = ({ what, measured, amount, unit, goalPerSecond }: Row): string[] => [
  what,
  `${whole(amount / measured.seconds)} ${unit}/s`,
  `${whole(goalPerSecond)} ${unit}/s`,
  amount / measured.seconds >= goalPerSecond ? 'yes' : 'no',
  whole(amount / measured.serverSeconds),
  measured.seconds.toFixed(1),
  measured.serverSeconds.toFixed(1),
  measured.clientSeconds.toFixed(1),
  `${megabytes(measured.rssBefore)} / ${megabytes(measured.peakRss)}`,
];

/** A line of a Markdown table. */
export const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;

/** A Markdown table: what was measured, against its goal. */
export const tableOf = (rows: readonly Row[]): string => {
  const head = [
    'what',
    'measured',
    'goal',
    'met',
    'per s of server CPU',
    'wall s',
    'server CPU s',
    'client CPU s',
    'server MB before / peak',
  ];
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(cells(row)))].join('\n');
};

/** What figures depend on: without it they say nothing. */
export const machine = (): string => {
  const load = loadavg()
    .slice(0, 1)
    .map((one) => one.toFixed(1))
    .join();
  return [
    `Node ${process.versions.node}`,
    `${platform()} ${release()}`,
    `${cpus().length} × ${cpus()[0]?.model.trim() || 'unknown processor'}`,
    `${megabytes(totalmem())} MB of memory, ${megabytes(freemem())} MB free`,
    `load ${load} before the run`,
  ].join('; ');
};

/** The most memory that a worker of each function was seen to have, in each of some runs. */
export const functionsOf = (runs: readonly string[], reports: readonly (readonly FunctionReport[])[]): string => {
  const names = [...new Set(reports.flatMap((functions) => functions.map(({ name }) => name)))];
  const peak = (name: string, functions: readonly FunctionReport[]): string => {
    const found = functions.find((one) => one.name === name);
    return found === undefined ? '–' : megabytes(found.peakMemoryBytes);
  };
  const head = ['function', ...runs];
  return [
    line(head),
    line(head.map(() => '---')),
    ...names.map((name) => line([name, ...reports.map((functions) => peak(name, functions))])),
  ].join('\n');
};

const HEAD = '# Benchmarks\n\nEach section is written by `npm run bench`, on a machine that it names.\n';

/** Puts a section in place of that with the same title, or at the end. Makes the file when it is missing. */
export const writeSection = (path: string, title: string, body: string): void => {
  let text = HEAD;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  writeFileSync(path, withSection(text, title, body));
};

export const withSection = (text: string, title: string, body: string): string => {
  const section = `## ${title}\n\n${body.trim()}\n`;
  const sections = text.trimEnd().split(/\n(?=## )/);
  const at = sections.findIndex((one) => one.startsWith(`## ${title}\n`));
  if (at < 0) sections.push(`\n${section}`);
  else sections[at] = at < sections.length - 1 ? section : section.trimEnd();
  return `${sections.join('\n').trimEnd()}\n`;
};
