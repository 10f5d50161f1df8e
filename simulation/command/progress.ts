/** Tells on stderr how far things are, now and then. */
import type { Tally } from '../tally.ts';

const OFTEN_MS = 2000;
const RARELY_MS = 10_000;

export const watch = (tally: Tally, done: () => number, of: number, begun: number): { end(): void } => {
  const live = process.stderr.isTTY === true;
  const line = (): string => {
    const ms = Date.now() - begun;
    const wall = Math.round((tally.runs * 60_000) / Math.max(ms, 1));
    const cpu = Math.round((tally.runs * 60_000) / Math.max(tally.cpuMs, 1));
    const first = tally.failures[0]?.start;
    const where = first === undefined ? '' : 'seed' in first ? ` (seed ${first.seed})` : ` (call ${first.call})`;
    const failed = `${tally.failures.length} failures${where}`;
    return `${done()} of ${of}, ${failed}; ${wall} runs a minute, ${cpu} a minute of one core`;
  };
  const timer = setInterval(
    () => process.stderr.write(live ? `\r\u001b[K${line()}` : `${line()}\n`),
    live ? OFTEN_MS : RARELY_MS,
  );
  return {
    end: () => {
      clearInterval(timer);
      if (live) process.stderr.write('\r\u001b[K');
    },
  };
};
