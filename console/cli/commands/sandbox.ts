import { startOwn } from '../connect.ts';
import { EXIT } from '../exit.ts';
import type { Flags } from '../parse.ts';
import { progress } from '../say.ts';
import { typed } from '../typed.ts';

/** Starts everything and stays up until SIGINT or SIGTERM. What it holds survives in the folder. */
export const sandbox = async (flags: Flags): Promise<number> => {
  const running = await startOwn(flags);
  const stopped = new Promise<void>((resolve) => {
    // Kept, not taken once: a terminal's Ctrl-C arrives twice, from the terminal and from the launcher that it reached too.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
    void running.stopped.then(resolve);
  });
  const { info } = running;
  if (flags.json) process.stdout.write(`${JSON.stringify(info)}\n`);
  else {
    process.stdout.write(
      [
        `The sandbox is up. Land product files in s3://${info.landingBucket}/data/ at ${info.s3}, for example:`,
        `  npx ${typed('run examples/small-shop.csv', flags)}`,
        `What Meta holds: ${info.graph}/_emulator/catalogs/${info.catalogs.default ?? '<id>'}/items`,
        `Alerts:          ${info.outboxDir}`,
        'Ctrl-C stops it; everything is kept.',
        '',
      ].join('\n'),
    );
  }
  await stopped;
  progress.line('stopping');
  await running.stop();
  return EXIT.done;
};
