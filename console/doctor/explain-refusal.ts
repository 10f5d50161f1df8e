/** What a refusal of Meta means for people. Decided by its codes alone: its text comes in any language. Pure. */
import type { Finding } from './finding.ts';

export interface Explained {
  /** What the refusal is about, which need not be what was asked for. */
  about: Extract<Finding['about'], 'token' | 'version' | 'permissions' | 'app secret' | 'catalog'>;
  says: string;
  remedy: string;
}

const NEW_TOKEN = 'make a new token of the system user and set it as META_ACCESS_TOKEN, or in the secret when deployed';

/** Why a token is dead, by its subcode (Graph API error handling; 452, 464 and 465 as Meta's own SDK names them). */
const DEAD: Readonly<Record<number, readonly [says: string, remedy: string]>> = {
  452: ['its session fits no longer', NEW_TOKEN],
  458: [
    'the app is not installed for its user, or no longer',
    `install the app for the system user in the business settings, then ${NEW_TOKEN}`,
  ],
  459: [
    'its user is held at a checkpoint',
    'the user signs in at facebook.com and passes it; better, use a system user',
  ],
  460: [
    "its user's password was changed, which ends all tokens of a person",
    `use a system user, who has no password: ${NEW_TOKEN}`,
  ],
  463: ['it has expired', `${NEW_TOKEN}; choose one that never expires, or renew it before its 60 days are over`],
  464: [
    'its user is not confirmed',
    'the user signs in at facebook.com and confirms the account; better, use a system user',
  ],
  465: ['its session is not allowed', `check the app in the developer dashboard, then ${NEW_TOKEN}`],
  467: ['it was revoked: signed out, or the app was removed', NEW_TOKEN],
  492: ['its session is not valid: its user has lost the role', `give the user the role again, then ${NEW_TOKEN}`],
};

const deadToken = (subcode: number | null): Explained => {
  const [why, remedy] = DEAD[subcode ?? 0] ?? ['Meta does not say why', NEW_TOKEN];
  return { about: 'token', says: `the token is dead: ${why}`, remedy };
};

const GRANT =
  "give the system user the permission catalog_management and, under the catalog's assets, the right to manage it, then make a new token";

/** Source of the codes: Graph API error handling, Marketing API error reference. */
const CODES: Readonly<Record<number, Explained>> = {
  3: {
    about: 'permissions',
    says: 'the app may not do this',
    remedy: 'give the app the Marketing API, with standard Ads Management access or higher, in the developer dashboard',
  },
  10: { about: 'permissions', says: 'the token or its app lacks a permission', remedy: GRANT },
  33: {
    about: 'catalog',
    says: 'the catalog does not exist, or not for this token',
    remedy: 'check metaCatalogId (META_CATALOG_ID), and assign the catalog to the system user',
  },
  104: {
    about: 'app secret',
    says: 'the signature of the call is wrong',
    remedy: "set META_APP_SECRET to the secret of the token's own app, or leave it out",
  },
  294: {
    about: 'permissions',
    says: 'the app may not manage what is advertised',
    remedy: 'apply for Ads Management access in the developer dashboard, and make a new token',
  },
  368: {
    about: 'permissions',
    says: 'Meta has blocked this account for a while, over a policy',
    remedy: 'look at Business Support Home, and pause the catalog (catalog-sync pause) until the block is over',
  },
  803: {
    about: 'catalog',
    says: 'there is no object of this number',
    remedy: 'correct metaCatalogId (META_CATALOG_ID): Commerce Manager shows it under the settings of the catalog',
  },
  2500: {
    about: 'version',
    says: 'Meta does not understand the address: it does not know this version, or no token came with the call',
    remedy: 'set META_GRAPH_VERSION to a version that Meta has, v26.0 for one, and META_ACCESS_TOKEN to the token',
  },
  2635: {
    about: 'version',
    says: 'Meta no longer speaks this version of the Graph API',
    remedy: 'raise META_GRAPH_VERSION (metaGraphVersion), to v26.0 for one',
  },
};

const INVALID_PARAMETER = 100;
const OBJECT_MISSING = 33;

/** What a call was refused for that has no parameter which could be wrong but the proof. Undefined: no known reason. */
export const explainRefusal = (code: number, subcode: number | null): Explained | undefined => {
  if (code === 190 || code === 102) return deadToken(subcode);
  if (code === INVALID_PARAMETER && subcode === OBJECT_MISSING) return CODES[OBJECT_MISSING];
  if (Object.hasOwn(CODES, code)) return CODES[code];
  if (code >= 200 && code <= 299)
    return { about: 'permissions', says: 'the token lacks a permission for the catalog', remedy: GRANT };
  return undefined;
};
