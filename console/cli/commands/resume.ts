import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { setPaused } from '../../change.ts';
import { cloudOf } from '../../cloud.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit.ts';
import type { Flags } from '../parse.ts';

/** Ends a pause. Nothing is said: publish looks each minute at what it may send. */
export const resume = async (flags: Flags): Promise<number> => {
  const connection = await connect(flags);
  try {
    const catalog = flags.catalog as CatalogName;
    await setPaused(catalog, false, cloudOf(connection.info).publish);
    const when = connection.own ? 'with the next `run` or `sandbox` on this folder' : 'within a minute or so';
    process.stdout.write(
      flags.json
        ? `${JSON.stringify({ catalog, paused: false })}\n`
        : `${catalog} is not paused: sending goes on where it stopped, ${when}\n`,
    );
    return EXIT.done;
  } finally {
    await connection.close();
  }
};
