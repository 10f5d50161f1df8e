import type { CatalogName } from '@catalog-sync/shared/catalog/sync.ts';
import { describeError, type PartialAnswer, parkedHash, type QueueBatch } from '@catalog-sync/shared/edge/on-queue.ts';
import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { noteVersion } from './note-landed.ts';
import type { Outside } from './outside.ts';
import { open } from './work.ts';

/** S3's `Object Created` as EventBridge carries it: which version of which object; all else is read from the object. */
const ObjectCreated = t.type({
  'detail-type': t.literal('Object Created'),
  detail: t.type({ object: t.type({ key: t.string, 'version-id': t.string }) }),
});

/** Notes the landed files, then opens each of their catalogs' next sync once, where none is active. */
export const onLanding = async (batch: QueueBatch, needs: Outside): Promise<PartialAnswer> => {
  const messages = new Map<CatalogName, string[]>();
  const failed: string[] = [];
  const fail = (ids: readonly string[], what: string, error: unknown): void => {
    failed.push(...ids);
    needs.log.error('failed', { what, error: describeError(error) });
  };
  for (const { messageId, body } of batch.Records) {
    try {
      const created = ObjectCreated.decode(parse(body));
      if (isLeft(created)) {
        await needs.parking.park({ why: 'malformed', event: 'Object Created', hash: parkedHash(body), body });
        continue;
      }
      const { key, 'version-id': versionId } = created.right.detail.object;
      const catalog = await noteVersion({ key, versionId }, needs);
      messages.set(catalog, [...(messages.get(catalog) ?? []), messageId]);
    } catch (error) {
      fail([messageId], 'note', error);
    }
  }
  for (const [catalog, ids] of messages) {
    try {
      await open(catalog, null, needs, { patient: false, noted: false });
    } catch (error) {
      fail(ids, `open ${catalog}`, error);
    }
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
