import { inspectToken } from '@catalog-sync/shared/adapters/meta/inspect-token.ts';
import { lookAtCatalog } from '@catalog-sync/shared/adapters/meta/look-at-catalog.ts';
import type { Reader } from '@catalog-sync/shared/adapters/meta/read-graph.ts';
import type { Answers } from './facts.ts';
import { isAway } from './judge-catalog.ts';

/**
 * Two or three calls, one after the other, all of them reads. A refused proof must not hide what it stands before, so
 * the rest is asked without it. Meta that is away, or has had enough, is not asked further.
 */
export const askMeta = async (reader: Reader, catalogId: string): Promise<Answers> => {
  const catalog = await lookAtCatalog(reader, catalogId, true);
  const { kind } = catalog.seen;
  if (isAway(catalog.seen) || kind === 'throttled') return { catalog, withoutProof: null, token: null };
  const isProofRefused = kind === 'invalid-parameter' && reader.secret.appSecret !== null;
  const withoutProof = isProofRefused ? await lookAtCatalog(reader, catalogId, false) : null;
  return { catalog, withoutProof, token: await inspectToken(reader, !isProofRefused) };
};
