import { type Goal, line, whole } from '../report.ts';
import { goals, type PeerResult, type RowsBench } from './rows.ts';

const megabytes = (bytes: number): number => bytes / 2 ** 20;

const engineOf = ({ results }: RowsBench): PeerResult => results.find(({ peer }) => peer.name === 'engine')!;

export const rowsTable = (bench: RowsBench): string => {
  const { results, rows, bytes } = bench;
  const engine = engineOf(bench).run.cpuSeconds;
  const head = ['what', 'CPU s', 'rows per CPU s', 'MB per CPU s', 'peak MB', 'times the engine’s CPU'];
  return [
    line(head),
    line(head.map(() => '---')),
    ...results.map(({ peer, run }) =>
      line([
        peer.what,
        run.cpuSeconds.toFixed(1),
        whole(rows / run.cpuSeconds),
        whole(bytes / 1e6 / run.cpuSeconds),
        whole(megabytes(run.peakRss)),
        (run.cpuSeconds / engine).toFixed(1),
      ]),
    ),
  ].join('\n');
};

/** What was to be reached, and whether it was. */
export const judgeGoals = (bench: RowsBench): Goal[] => {
  const engine = engineOf(bench).run;
  const libraries = bench.results.find(({ peer }) => peer.name === 'libraries')!.run;
  const times = libraries.cpuSeconds / engine.cpuSeconds;
  const growth = bench.larger.run.peakRss / engine.peakRss - 1;
  return [
    {
      text: `${times.toFixed(1)} times fewer CPU seconds than the libraries; the goal is ${goals.timesFewerCpuSeconds}`,
      met: times >= goals.timesFewerCpuSeconds,
    },
    {
      text: `${whole(megabytes(engine.peakRss))} MB at the peak; the goal is under ${goals.peakMegabytes}`,
      met: megabytes(engine.peakRss) < goals.peakMegabytes,
    },
    {
      text: `${(100 * growth).toFixed(0)} % more memory with ${whole(bench.larger.rows)} rows (${whole(megabytes(bench.larger.run.peakRss))} MB, ${bench.larger.run.cpuSeconds.toFixed(1)} CPU s); the goal is within ${100 * goals.growth} %`,
      met: bench.larger.run.peakRss <= engine.peakRss * (1 + goals.growth),
    },
  ];
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Bars of CPU seconds, as a picture that any page can show in light and dark. */
export const rowsPicture = ({ results }: RowsBench): string => {
  const longest = Math.max(...results.map(({ run }) => run.cpuSeconds));
  const [width, height, labels] = [720, 34, 300];
  const bars = results.map(({ peer, run }, n) => {
    const length = Math.max(2, ((width - labels - 70) * run.cpuSeconds) / longest);
    const middle = n * height + 22;
    return [
      `<text x="${labels - 8}" y="${middle}" text-anchor="end">${escaped(peer.what)}</text>`,
      `<rect x="${labels}" y="${n * height + 8}" width="${length.toFixed(1)}" height="20" fill="${peer.name === 'engine' ? '#2a9d5c' : '#8a94a6'}"/>`,
      `<text x="${(labels + length + 6).toFixed(1)}" y="${middle}">${run.cpuSeconds.toFixed(1)} s</text>`,
    ].join('');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${results.length * height + 8}" font-family="sans-serif" font-size="12" fill="#6b7280" role="img">`,
    '<title>CPU seconds; less is better</title>',
    ...bars,
    '</svg>',
    '',
  ].join('\n');
};
