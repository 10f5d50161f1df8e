import { randomBytes } from 'node:crypto';

/** What an error of the Graph API may carry beside its code and message. */
export interface GraphErrorDetails {
  subcode?: number;
  /** HTTP status; 400 unless said. */
  http?: number;
  transient?: boolean;
  userTitle?: string;
  userMessage?: string;
  /** An object or a text; both occur. */
  data?: unknown;
  /** OAuthException unless said. */
  type?: string;
}

/** A call that is answered with the Graph API's error envelope. */
export class GraphError extends Error {
  readonly code: number;
  readonly details: GraphErrorDetails;

  constructor(code: number, message: string, details: GraphErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }

  /** The HTTP status that goes with it. */
  get http(): number {
    return this.details.http ?? 400;
  }
}

/** Ids as they stand in `fbtrace_id` and in the header x-fb-trace-id: `A` and 22 URL-safe characters. */
export const traceId = (): string => `A${randomBytes(16).toString('base64url')}`;

/**
 * The body of an error answer. Only message, type, code and fbtrace_id are always there, and the type is
 * OAuthException for throttles too, so that it says nothing about the token.
 * Source: developers.facebook.com/docs/graph-api/guides/error-handling
 */
export const errorEnvelope = (error: GraphError): object => ({
  error: {
    message: error.message,
    type: error.details.type ?? 'OAuthException',
    code: error.code,
    ...(error.details.subcode === undefined ? {} : { error_subcode: error.details.subcode }),
    ...(error.details.transient === undefined ? {} : { is_transient: error.details.transient }),
    ...(error.details.userTitle === undefined ? {} : { error_user_title: error.details.userTitle }),
    ...(error.details.userMessage === undefined ? {} : { error_user_msg: error.details.userMessage }),
    ...(error.details.data === undefined ? {} : { error_data: error.details.data }),
    fbtrace_id: traceId(),
  },
});

/**
 * What the codes say, and the HTTP status that comes with those where it is not 400. Clients go by the code alone.
 * Sources: developers.facebook.com/docs/graph-api/guides/error-handling, …/docs/marketing-api/error-reference; the HTTP
 * statuses are documented nowhere and as other integrations saw them.
 */
const knownCodes: Readonly<Record<number, { message: string; http?: number; transient?: boolean }>> = {
  1: { message: 'An unknown error occurred', http: 500 },
  2: { message: 'Service temporarily unavailable', http: 500, transient: true },
  3: { message: '(#3) Application does not have the capability to make this API call.' },
  4: { message: '(#4) Application request limit reached', http: 403, transient: false },
  10: { message: '(#10) Application does not have permission for this action', http: 403 },
  17: { message: '(#17) User request limit reached', transient: false },
  32: { message: '(#32) Page request limit reached', transient: false },
  33: { message: '(#33) This object does not exist or does not support this action' },
  100: { message: '(#100) Invalid parameter' },
  102: { message: 'Session key invalid or no longer valid' },
  104: { message: 'Incorrect signature' },
  190: { message: 'Invalid OAuth access token' },
  200: { message: '(#200) Requires catalog_management permission to manage the object', http: 403 },
  294: { message: '(#294) Managing advertisements requires an access token with the extended permission', http: 403 },
  341: { message: '(#341) Feed action request limit reached', transient: false },
  368: { message: '(#368) The action attempted has been deemed abusive or is otherwise disallowed' },
  613: { message: '(#613) Calls to this api have exceeded the rate limit.', transient: false },
  803: { message: '(#803) Some of the aliases you requested do not exist' },
  2500: { message: 'An active access token must be used to query information' },
  2635: { message: '(#2635) You are calling a deprecated version of the API' },
  10800: { message: '(#10800) Duplicate retailer_id when attempting to create a product' },
  80009: {
    message: '(#80009) There have been too many calls to this Catalog account. Wait a bit and try again.',
    transient: false,
  },
  80014: {
    message:
      '(#80014) There have been too many batch uploads to this catalog account. Please wait a bit and try again.',
    transient: false,
  },
};

/** An error by its code, with what usually comes with it; details that are given replace that. */
export const errorOfCode = (code: number, details: GraphErrorDetails = {}, message?: string): GraphError => {
  const known = knownCodes[code];
  const isPermission = code >= 200 && code < 300;
  return new GraphError(code, message ?? known?.message ?? `(#${code}) An error occurred`, {
    ...(known?.http !== undefined || isPermission ? { http: known?.http ?? 403 } : {}),
    ...(known?.transient === undefined ? {} : { transient: known.transient }),
    ...details,
  });
};

/** Code 100: a parameter of the call is missing or wrong. */
export const invalidParameter = (why: string): GraphError => new GraphError(100, `(#100) ${why}`);

/**
 * Code 1 with the advice to send less. The advice is documented for localized_items_batch:
 * developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/localized_items_batch
 */
export const tooMuchData = (): GraphError =>
  errorOfCode(1, {}, "Please reduce the amount of data you're asking for, then retry your request");

/** Code 190: the token cannot be used. */
export const badToken = (message: string, subcode?: number): GraphError =>
  errorOfCode(190, subcode === undefined ? {} : { subcode }, message);

/** What the subcodes of 190 say. Source: developers.facebook.com/docs/graph-api/guides/error-handling, …/error-reference */
const tokenStates: Readonly<Record<number, string>> = {
  452: 'Session key does not match the current stored session.',
  458: 'The user has not authorized the application.',
  459: 'The session has been invalidated because of a checkpoint the user has to pass.',
  460: 'The session has been invalidated because the user changed the password.',
  463: 'Session has expired.',
  464: 'Sessions for the user are not allowed because the user is not a confirmed user.',
  465: 'The session is not allowed.',
  467: 'The session is invalid because the user logged out.',
  492: 'The session is invalid because the user lost a role.',
};

export const expiredToken = (subcode = 463): GraphError =>
  badToken(`Error validating access token: ${tokenStates[subcode] ?? 'The session is invalid.'}`, subcode);

/** Code 200: the token lacks catalog_management, or its system user may not manage the catalog. */
export const missingPermission = (): GraphError => errorOfCode(200);

/** Code 100, subcode 33: the object does not exist or is not assigned to the token's user; Meta does not say which. */
export const unsupported = (method: string, objectId: string): GraphError =>
  new GraphError(
    100,
    `Unsupported ${method.toLowerCase()} request. Object with ID '${objectId}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
    { subcode: 33 },
  );

/** Codes 4, 17, 32, 341, 613 and 80000 to 80014: too many calls. Source: …/docs/graph-api/overview/rate-limiting */
export const throttled = (code: number, details: GraphErrorDetails = {}): GraphError =>
  errorOfCode(code, { transient: false, ...details });
