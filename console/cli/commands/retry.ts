import type { SandboxInfo } from '@catalog-sync/sandbox/start.ts';
import type { CatalogName, SyncNumber } from '@catalog-sync/shared/catalog/sync.ts';
import { syncId } from '@catalog-sync/shared/catalog/sync.ts';
import { say } from '@catalog-sync/shared/events/define.ts';
import { SyncRequested } from '@catalog-sync/shared/events/index.ts';
import type { Objects } from '@catalog-sync/shared/ports/objects.ts';
import { changeAsks } from '../../change.ts';
import { type Cloud, cloudOf } from '../../cloud.ts';
import { refOf, viewErrored, viewRefused } from '../../sync-view.ts';
import { connect } from '../connect.ts';
import { EXIT } from '../exit.ts';
import type { Flags } from '../parse.ts';
import { namedBy, type SortedOut, sortOut, withAsks } from '../refused.ts';
import { sandboxNow } from '../sandbox-now.ts';
import { plural, printable, progress } from '../say.ts';

/** What `retry --json` answers. */
interface Retried {
  catalog: CatalogName;
  asked: string[];
  /** Refused, but what was sent is no longer kept. */
  gone: string[];
  notRefused: string[];
}

/** Asks for refused items again, on purpose: the next sync sends them as they were. */
export const retry = async (flags: Flags): Promise<number> => {
  const connection = await connect(flags);
  try {
    const { info, own } = connection;
    const catalog = flags.catalog as CatalogName;
    const cloud = cloudOf(info);
    const sorted = await sortedOut(catalog, flags, cloud);
    if (sorted === undefined) {
      const id = syncId(refOf(catalog, flags.sync ?? 0));
      return answer({ catalog, asked: [], gone: [], notRefused: [] }, `no sync ${id} is settled`, flags);
    }
    const { here, gone } = await apart(sorted.refused, cloud.work);
    const asked = await ask(catalog, here, cloud);
    if (asked.length > 0 && !own) await request(catalog, info, cloud);
    if (asked.length > 0 && own) progress.line('they go with the next `run` or `sandbox` on this folder');
    if (asked.length < here.length)
      progress.line(
        `${plural(here.length - asked.length, 'item')} more than fit at once: ask again when these are through`,
      );
    return answer({ catalog, asked, gone, notRefused: sorted.notRefused }, whyNone(flags, gone), flags);
  } finally {
    await connection.close();
  }
};

/** What the catalog's present state says of the items that are wished for; undefined if the sync named is not settled. */
const sortedOut = async (
  catalog: CatalogName,
  { sync, items }: Flags,
  cloud: Cloud,
): Promise<SortedOut | undefined> => {
  const refused = await viewRefused(catalog, cloud);
  if (sync === null) return sortOut(refused, { items, ofSync: null });
  const ref = refOf(catalog, sync);
  const reported = await viewErrored(ref, cloud);
  return reported && sortOut(refused, { items, ofSync: namedBy(ref, reported, refused) });
};

/** Items whose content is still kept, and those whose is not. */
const apart = async (refused: SortedOut['refused'], work: Objects): Promise<{ here: string[]; gone: string[] }> => {
  const kept = new Map<string, boolean>();
  const [here, gone]: [string[], string[]] = [[], []];
  for (const { id, batchKey } of refused) {
    const there = kept.get(batchKey) ?? (await work.head(batchKey)) !== undefined;
    kept.set(batchKey, there);
    (there ? here : gone).push(id);
  }
  return { here, gone };
};

/** Writes the asks onto the catalog's item. Returns which of them stand there: all, unless they are very many. */
const ask = async (catalog: CatalogName, ids: readonly string[], { ingest }: Cloud): Promise<string[]> => {
  let asks: readonly string[] = [];
  await changeAsks(
    catalog,
    (waiting) => {
      asks = withAsks(waiting, ids);
      return asks;
    },
    ingest,
  );
  const standing = new Set(asks);
  return ids.filter((id) => standing.has(id));
};

/** So that a sync opens now, and not with ingest's next look. */
const request = async (catalog: CatalogName, info: SandboxInfo, { bus }: Cloud): Promise<void> => {
  const none = { catalog, sync: 0 as SyncNumber };
  await bus.say([say(SyncRequested, none, { by: 'retry' }, { cause: null, at: await sandboxNow(info) })]);
};

const whyNone = ({ catalog, sync, items }: Flags, gone: readonly string[]): string => {
  if (gone.length > 0) return 'what was sent of them is gone: land the rows again';
  const of = items.length > 0 ? 'none of these items' : `no item of ${catalog}`;
  return `${of} is refused${sync === null ? '' : `, as far as sync ${sync} names it`}`;
};

const answer = (retried: Retried, whyNothing: string, { json }: Flags): number => {
  process.stdout.write(json ? `${JSON.stringify(retried)}\n` : tell(retried));
  if (retried.asked.length > 0) return EXIT.done;
  process.stderr.write(`catalog-sync: nothing was asked for: ${whyNothing}\n`);
  return EXIT.findings;
};

const tell = ({ asked, gone, notRefused }: Retried): string =>
  [
    ...asked.map((id) => `asked for:   ${id}`),
    ...gone.map((id) => `gone:        ${id}: what was sent of it is no longer kept, land the row again`),
    ...notRefused.map((id) => `not refused: ${id}`),
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
