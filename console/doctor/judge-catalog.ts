/** Whether the catalog is reached, and if not, what stands in the way. Pure. */
import type { SeenCatalog } from '@catalog-sync/shared/adapters/meta/look-at-catalog.ts';
import { explainRefusal } from '@catalog-sync/shared/records/access-refusals.ts';
import type { Answers, Place } from './facts.ts';
import { type Finding, ok, warn, wrong } from './finding.ts';
import { inMetasWords } from './in-metas-words.ts';

type Seen = Answers['catalog']['seen'];

/** Nobody was there to say anything of our settings, or Graph says that it cannot just now. */
export const isAway = ({ kind }: Seen): boolean =>
  kind === 'unreachable' || kind === 'ambiguous' || kind === 'server' || kind === 'too-large';

export const judgeCatalog = ({ catalog: { seen }, withoutProof }: Answers, place: Place): Finding[] => {
  const { graph, version, appSecret } = place;
  switch (seen.kind) {
    case 'unreachable':
    case 'ambiguous':
      return [wrong('graph', `${graph} does not answer (${seen.why})`, 'is the URL right, and is there a network?')];
    case 'server':
    case 'too-large':
      return [wrong('graph', `Meta cannot just now (code ${seen.code ?? 413})`, 'wait, and ask again')];
    case 'throttled':
      return [
        ok('graph', `${graph} answers`),
        warn('catalog', 'it was not looked at: Meta throttles', 'wait, and ask again'),
      ];
    case 'catalog':
      return [
        ok('graph', `${graph} answers`),
        ok('version', `${version} is spoken`),
        ...(appSecret ? [ok('app secret', 'its proof goes along, and is not refused')] : []),
        judgeSeen(seen),
      ];
    case 'access':
      return [ok('graph', `${graph} answers`), ...refused(seen)];
    case 'invalid-parameter':
      return [ok('graph', `${graph} answers`), ...judgeProof(seen, withoutProof?.seen ?? null, appSecret)];
    case 'unexplained':
      return [
        ok('graph', `${graph} answers`),
        wrong('catalog', `Meta refuses it ${words(seen)}`, 'look the code up in the Marketing API error reference'),
      ];
  }
};

type Coded = Extract<Seen, { code: number; subcode: number | null }>;
const words = ({ code, subcode, message }: Coded): string => inMetasWords(code, subcode, message);

const judgeSeen = ({ name, products, vertical }: SeenCatalog): Finding => {
  const what = `"${name ?? 'nameless'}" is reached, ${products === null ? 'Meta does not say how many' : products} products`;
  return vertical === null || vertical === 'commerce'
    ? ok('catalog', what)
    : warn(
        'catalog',
        `${what}, but it is one of ${vertical}`,
        'retail products belong into a catalog of the kind commerce: check metaCatalogId',
      );
};

const refused = (seen: Extract<Seen, { kind: 'access' }>): Finding[] => {
  const { about, means, remedy } = explainRefusal(seen.code, seen.subcode) ?? {
    about: 'catalog',
    means: 'Meta refuses it',
    remedy: 'look the code up in the Marketing API error reference',
  };
  const finding = wrong(about, `${means} ${words(seen)}`, remedy);
  return about === 'catalog' ? [finding] : [finding, notSeenFor(about)];
};

const notSeenFor = (about: Finding['about']): Finding =>
  warn('catalog', `whether it is reached is not known: Meta stops at the ${about} before`, `mend the ${about} first`);

/**
 * A look has no parameter that could be wrong but the proof. Refused with it and seen without: the secret is not that of
 * the token's app. Refused both times: the app demands proofs, and this one is none. No secret and refused: it demands one.
 */
const judgeProof = (
  seen: Extract<Seen, { kind: 'invalid-parameter' }>,
  withoutProof: Seen | null,
  appSecret: boolean,
): Finding[] => {
  if (!appSecret)
    return [
      wrong(
        'app secret',
        `the app demands a proof of its secret ${words(seen)}`,
        "set META_APP_SECRET to the app's secret",
      ),
      notSeenFor('app secret'),
    ];
  const finding = wrong(
    'app secret',
    `Meta refuses its proof ${words(seen)}`,
    "set META_APP_SECRET to the secret of the token's own app, or leave it out if the app demands no proof",
  );
  if (withoutProof?.kind === 'catalog') return [finding, judgeSeen(withoutProof)];
  if (withoutProof?.kind === 'access') return [finding, ...refused(withoutProof)];
  return [finding, notSeenFor('app secret')];
};
