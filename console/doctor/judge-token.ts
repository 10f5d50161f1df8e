/** What Meta's word on the token means. Pure. */
import type { End, SeenToken } from '@catalog-sync/shared/adapters/meta/inspect-token.ts';
import type { Look } from '@catalog-sync/shared/adapters/meta/read-graph.ts';
import { DAY, type EpochMs } from '@catalog-sync/shared/catalog/instant.ts';
import { explainRefusal } from '@catalog-sync/shared/records/access-refusals.ts';
import { type Finding, ok, warn, wrong } from './finding.ts';
import { inMetasWords } from './in-metas-words.ts';

/** Time enough for somebody with the right to make a new one. */
const SOON_MS = 14 * DAY;
const DEAD_TOKEN = 190;
const NEEDED = 'catalog_management';
/** Meta's partner guide names them beside it; a catalog can be kept without. */
const HINTED = ['business_management', 'ads_management'];

export const judgeToken = ({ seen }: Look<SeenToken>, now: EpochMs): Finding[] => {
  if (seen.kind === 'token') {
    if (seen.valid) return [judgeEnds(seen, now), judgeScopes(seen.scopes)];
    const { code, subcode, message } = seen.error ?? { code: DEAD_TOKEN, subcode: null, message: '' };
    return [dead(subcode, inMetasWords(code, subcode, message))];
  }
  if (seen.kind === 'access' && explainRefusal(seen.code, seen.subcode)?.about === 'token')
    return [dead(seen.subcode, inMetasWords(seen.code, seen.subcode, seen.message))];
  // Some apps let a token be inspected by their own token alone; that says nothing about this one.
  const why = 'code' in seen && seen.code !== null ? ` (code ${seen.code})` : '';
  return [
    warn(
      'token',
      `Meta does not tell about the token${why}: until when it lives and what it may do is not known`,
      'look at it in the Access Token Debugger, developers.facebook.com/tools/debug/accesstoken',
    ),
  ];
};

/** The inspection may name any code; that the token is not valid is what counts. */
const dead = (subcode: number | null, words: string): Finding => {
  const { means, remedy } = explainRefusal(DEAD_TOKEN, subcode)!;
  return wrong('token', `${means} ${words}`, remedy);
};

const judgeEnds = ({ expires, dataAccessExpires }: SeenToken, now: EpochMs): Finding => {
  const ends = [
    `it lives, and ${untilWhen('expires', expires)}`,
    ...(typeof dataAccessExpires === 'number' ? [untilWhen('may see data no longer', dataAccessExpires)] : []),
  ].join('; it ');
  const isSoon = [expires, dataAccessExpires].some((end) => typeof end === 'number' && end - now < SOON_MS);
  return isSoon
    ? warn(
        'token',
        `${ends}: that is soon`,
        "make a new system user's token before, one that never expires if your rules allow it",
      )
    : ok('token', ends);
};

const untilWhen = (what: string, end: End): string => {
  if (end === null) return `Meta does not say when it ${what}`;
  return end === 'never' ? `never ${what}` : `${what} on ${new Date(end).toISOString().slice(0, 10)}`;
};

const judgeScopes = (scopes: readonly string[] | null): Finding => {
  if (scopes === null)
    return warn(
      'permissions',
      'Meta does not say which permissions the token has',
      'see that it has catalog_management',
    );
  if (!scopes.includes(NEEDED))
    return wrong(
      'permissions',
      `the token has no ${NEEDED}, only: ${scopes.join(', ') || 'nothing'}`,
      `make a new token of the system user, with ${NEEDED} ticked`,
    );
  const absent = HINTED.filter((scope) => !scopes.includes(scope));
  return ok(
    'permissions',
    absent.length === 0 ? `${NEEDED} is there` : `${NEEDED} is there; without ${absent.join(' and ')}, which some need`,
  );
};
