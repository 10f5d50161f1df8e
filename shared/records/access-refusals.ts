/**
 * Why Meta may refuse us altogether, by the code of its answer, and what a person then does (Graph API error handling,
 * Marketing API error reference). What the alert says and what docs/meta.md lists.
 */
export interface AccessRefusal {
  /** As people find it in Meta's pages: `100/33`. */
  readonly code: string;
  readonly means: string;
  readonly remedy: string;
}

interface Known extends AccessRefusal {
  fits(code: number, subcode: number | null): boolean;
}

const LACKS_PERMISSION: Known = {
  code: '3, 10, 200–299',
  means: 'the app or the token lacks a permission',
  remedy: 'The token lacks a permission: give the system user catalog_management and manage rights on the catalog.',
  fits: () => true,
};

/** The first that fits; the last one fits all. */
const known: readonly Known[] = [
  {
    code: '102, 190',
    means: 'the token is dead: expired, withdrawn, or of a user who changed the password',
    remedy: 'The token is dead: make a new system-user token and put it into the secret.',
    fits: (code) => code === 102 || code === 190,
  },
  {
    code: '104',
    means: 'the signature does not fit',
    remedy: 'The app secret does not fit the token: correct it in the secret, or leave it out.',
    fits: (code) => code === 104,
  },
  {
    code: '100/33, 33',
    means: 'the catalog does not exist, or not for this token',
    remedy:
      'The catalog is not there for this token: check its number in the settings, and assign it to the system user.',
    fits: (code, subcode) => code === 33 || (code === 100 && subcode === 33),
  },
  {
    code: '100',
    means: 'a call with the app secret’s proof is refused, and so is a plain look at the catalog',
    remedy: 'The app secret does not fit the token: correct it in the secret, or leave it out.',
    fits: (code) => code === 100,
  },
  {
    code: '803',
    means: 'no object has this number',
    remedy: 'The catalog number is wrong: correct metaCatalogId in the settings.',
    fits: (code) => code === 803,
  },
  {
    code: '2500',
    means: 'no token came with the call',
    remedy: 'No token was given: put the system-user token into the secret.',
    fits: (code) => code === 2500,
  },
  {
    code: '2635',
    means: 'the version of the Graph API is no longer served',
    remedy: 'The version of the Graph API is too old: raise metaGraphVersion in the settings.',
    fits: (code) => code === 2635,
  },
  {
    code: '368',
    means: 'the account is blocked for a while over a policy',
    remedy: 'Meta has blocked this account for a while over a policy: look at Business Support Home.',
    fits: (code) => code === 368,
  },
  LACKS_PERMISSION,
];

export const accessRefusals: readonly AccessRefusal[] = known;

/** What a person does about a refusal with this code. */
export const accessRemedy = (code: number, subcode: number | null): string =>
  (known.find(({ fits }) => fits(code, subcode)) ?? LACKS_PERMISSION).remedy;
