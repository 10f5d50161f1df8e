/**
 * Why Meta may refuse us altogether, by the codes of its answer, and what a person then does: what the alert and `doctor`
 * say, and docs/meta.md lists. Its text comes in any language and decides nothing.
 * Source: Graph API error handling, Marketing API error reference; subcodes 452, 464 and 465 as Meta's own SDK names them.
 */
export interface AccessRefusal {
  /** As people find it in Meta's pages: `100/33`. */
  readonly code: string;
  /** What it is about, which need not be what was asked for. */
  readonly about: 'token' | 'version' | 'permissions' | 'app secret' | 'catalog';
  readonly means: string;
  readonly remedy: string;
}

const NEW_TOKEN =
  'make a new token of the system user and put it into the secret (META_ACCESS_TOKEN in the environment of a sandbox)';
const GRANT =
  "give the system user the permission catalog_management and, under the catalog's assets, the right to manage it, then make a new token";
const OWN_SECRET =
  "put the secret of the token's own app into the secret (META_APP_SECRET in the environment of a sandbox), or leave it out";

const deadToken = (subcode: number, why: string, remedy = NEW_TOKEN): AccessRefusal => ({
  code: `190/${subcode}`,
  about: 'token',
  means: `the token is dead: ${why}`,
  remedy,
});

const DEAD: AccessRefusal = {
  code: '102, 190',
  about: 'token',
  means: 'the token is dead, and Meta does not say why',
  remedy: NEW_TOKEN,
};
const OBJECT_MISSING: AccessRefusal = {
  code: '100/33, 33',
  about: 'catalog',
  means: 'the catalog does not exist, or not for this token',
  remedy: 'check metaCatalogId (META_CATALOG_ID), and assign the catalog to the system user',
};
const WRONG_PROOF: AccessRefusal = {
  code: '100',
  about: 'app secret',
  means: 'a call with the app secret’s proof is refused, and so is a plain look at the catalog',
  remedy: OWN_SECRET,
};
const LACKS_PERMISSION: AccessRefusal = {
  code: '10, 200–299',
  about: 'permissions',
  means: 'the token or its app lacks a permission for the catalog',
  remedy: GRANT,
};

const deadBySubcode: Readonly<Record<number, AccessRefusal>> = {
  452: deadToken(452, 'its session fits no longer'),
  458: deadToken(
    458,
    'the app is not installed for its user, or no longer',
    `install the app for the system user in the business settings, then ${NEW_TOKEN}`,
  ),
  459: deadToken(
    459,
    'its user is held at a checkpoint',
    'the user signs in at facebook.com and passes it; better, use a system user',
  ),
  460: deadToken(
    460,
    "its user's password was changed, which ends all tokens of a person",
    `use a system user, who has no password: ${NEW_TOKEN}`,
  ),
  463: deadToken(
    463,
    'it has expired',
    `${NEW_TOKEN}; choose one that never expires, or renew it before its 60 days are over`,
  ),
  464: deadToken(
    464,
    'its user is not confirmed',
    'the user signs in at facebook.com and confirms the account; better, use a system user',
  ),
  465: deadToken(465, 'its session is not allowed', `check the app in the developer dashboard, then ${NEW_TOKEN}`),
  467: deadToken(467, 'it was revoked: signed out, or the app was removed'),
  492: deadToken(
    492,
    'its session is not valid: its user has lost the role',
    `give the user the role again, then ${NEW_TOKEN}`,
  ),
};

const byCode: Readonly<Record<number, AccessRefusal>> = {
  33: OBJECT_MISSING,
  102: DEAD,
  3: {
    code: '3',
    about: 'permissions',
    means: 'the app may not do this',
    remedy: 'give the app the Marketing API, with standard Ads Management access or higher, in the developer dashboard',
  },
  10: LACKS_PERMISSION,
  104: { code: '104', about: 'app secret', means: 'the signature of the call is wrong', remedy: OWN_SECRET },
  294: {
    code: '294',
    about: 'permissions',
    means: 'the app may not manage what is advertised',
    remedy: 'apply for Ads Management access in the developer dashboard, and make a new token',
  },
  368: {
    code: '368',
    about: 'permissions',
    means: 'Meta has blocked this account for a while, over a policy',
    remedy: 'look at Business Support Home, and pause the catalog (catalog-sync pause) until the block is over',
  },
  803: {
    code: '803',
    about: 'catalog',
    means: 'there is no object of this number',
    remedy: 'correct metaCatalogId (META_CATALOG_ID): Commerce Manager shows it under the settings of the catalog',
  },
  2500: {
    code: '2500',
    about: 'version',
    means: 'Meta does not understand the address: it does not know this version, or no token came with the call',
    remedy:
      'set metaGraphVersion (META_GRAPH_VERSION) to a version that Meta has, v26.0 for one, and see that there is a token in the secret',
  },
  2635: {
    code: '2635',
    about: 'version',
    means: 'Meta no longer speaks this version of the Graph API',
    remedy: 'raise metaGraphVersion (META_GRAPH_VERSION), to v26.0 for one',
  },
};

/** All that is known, each once: what docs/meta.md lists. */
export const accessRefusals: readonly AccessRefusal[] = [
  ...Object.values(deadBySubcode),
  DEAD,
  byCode[104]!,
  OBJECT_MISSING,
  WRONG_PROOF,
  byCode[803]!,
  byCode[2500]!,
  byCode[2635]!,
  byCode[368]!,
  byCode[3]!,
  byCode[294]!,
  LACKS_PERMISSION,
];

/**
 * Why a call was refused that has no parameter which could be wrong but the proof. Undefined: no known reason, for a plain
 * code 100 is about the proof or about nothing that could be named; who asks must tell.
 */
export const explainRefusal = (code: number, subcode: number | null): AccessRefusal | undefined => {
  if (code === 190) return deadBySubcode[subcode ?? 0] ?? DEAD;
  if (code === 100 && subcode === 33) return OBJECT_MISSING;
  if (Object.hasOwn(byCode, code)) return byCode[code];
  return code >= 200 && code <= 299 ? LACKS_PERMISSION : undefined;
};

/** A refusal that publish or monitor met: with code 100 they have made sure that it is about the proof. */
export const accessRefusal = (code: number, subcode: number | null): AccessRefusal =>
  explainRefusal(code, subcode) ?? (code === 100 ? WRONG_PROOF : LACKS_PERMISSION);
