import type { SandboxInfo } from '@catalog-sync/sandbox/start.ts';
import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { setPaused } from '../../change.ts';
import { type Cloud, cloudOf } from '../../cloud.ts';
import { viewOnTheirWay } from '../../sync-view.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit.ts';
import type { Flags } from '../parse.ts';
import { sandboxNow } from '../sandbox-now.ts';
import { plural, progress } from '../say.ts';

const LOOK_EVERY_MS = 500;

/** Lets nothing more of the catalog be sent, and tells whether a call may still be on its way. */
export const pause = async (flags: Flags): Promise<number> => {
  const connection = await connect(flags);
  try {
    const catalog = flags.catalog as CatalogName;
    const cloud = cloudOf(connection.info);
    await setPaused(catalog, true, cloud.publish);
    // Looked at after the pause is written: from then on nothing is claimed.
    const onTheirWay = await untilQuiet(catalog, connection.info, cloud, flags.wait ? flags.timeoutMs : 0);
    const quiet = onTheirWay === 0;
    process.stdout.write(
      flags.json ? `${JSON.stringify({ catalog, paused: true, quiet })}\n` : tell(catalog, onTheirWay),
    );
    if (quiet || !flags.wait) return EXIT.done;
    process.stderr.write(`catalog-sync: not quiet after ${flags.timeoutMs / 1000} s; ${catalog} stays paused\n`);
    return EXIT.failed;
  } finally {
    await connection.close();
  }
};

/** How many batches are on their way: none, or those that are after the time that there is to wait. */
const untilQuiet = async (catalog: CatalogName, info: SandboxInfo, cloud: Cloud, waitMs: number): Promise<number> => {
  const deadline = Date.now() + waitMs;
  for (let told = false; ; told = true) {
    const onTheirWay = await viewOnTheirWay(catalog, cloud, await sandboxNow(info));
    if (onTheirWay.length === 0 || Date.now() >= deadline) return onTheirWay.length;
    if (!told) progress.line(`${plural(onTheirWay.length, 'batch', 'batches')} on the way: waiting`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
};

const tell = (catalog: CatalogName, onTheirWay: number): string =>
  [
    `${catalog} is paused: nothing more is sent, and files wait, until \`catalog-sync resume\``,
    onTheirWay === 0
      ? 'all is quiet: no call is on its way'
      : `${plural(onTheirWay, 'batch', 'batches')} on the way: a call claimed before may still leave until its lease (5 minutes) ends`,
    '',
  ].join('\n');
