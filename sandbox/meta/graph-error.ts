import { randomBytes } from 'node:crypto';

/** What an error of the Graph API may carry beside its code and message. */
export interface GraphErrorDetails {
  subcode?: number;
  /** HTTP status; 400 unless said. */
  http?: number;
  transient?: boolean;
  userTitle?: string;
  userMessage?: string;
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
    type: 'OAuthException',
    code: error.code,
    ...(error.details.subcode === undefined ? {} : { error_subcode: error.details.subcode }),
    ...(error.details.transient === undefined ? {} : { is_transient: error.details.transient }),
    ...(error.details.userTitle === undefined ? {} : { error_user_title: error.details.userTitle }),
    ...(error.details.userMessage === undefined ? {} : { error_user_msg: error.details.userMessage }),
    fbtrace_id: traceId(),
  },
});

/** Code 100: a parameter of the call is missing or wrong. */
export const invalidParameter = (why: string): GraphError => new GraphError(100, `(#100) ${why}`);

/**
 * Code 1 with the advice to send less. The advice is documented for localized_items_batch:
 * developers.facebook.com/documentation/ads-commerce/marketing-api/reference/product-catalog/localized_items_batch
 */
export const tooMuchData = (): GraphError =>
  new GraphError(1, "Please reduce the amount of data you're asking for, then retry your request", { http: 500 });

/** Code 190: the token cannot be used. Subcode 463 means that it has expired. */
export const badToken = (message: string, subcode?: number): GraphError =>
  new GraphError(190, message, subcode === undefined ? {} : { subcode });

export const expiredToken = (subcode = 463): GraphError =>
  badToken('Error validating access token: Session has expired.', subcode);

/** Code 200: the token lacks catalog_management, or its system user may not manage the catalog. */
export const missingPermission = (): GraphError =>
  new GraphError(200, '(#200) Requires catalog_management permission to manage the object', { http: 403 });

/** Code 100, subcode 33: the object does not exist or is not assigned to the token's user; Meta does not say which. */
export const unsupported = (method: string, objectId: string): GraphError =>
  new GraphError(
    100,
    `Unsupported ${method.toLowerCase()} request. Object with ID '${objectId}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
    { subcode: 33 },
  );

/** Codes 4, 17, 613, 80009, 80014 and their kind: too many calls. Source: …/docs/graph-api/overview/rate-limiting */
export const throttled = (code: number, subcode?: number): GraphError => {
  const who: Record<number, string> = {
    4: 'Application request limit reached',
    17: 'User request limit reached',
    613: 'Calls to this api have exceeded the rate limit.',
    80009: 'There have been too many calls to this Catalog account. Wait a bit and try again.',
    80014: 'There have been too many batch uploads to this catalog account. Please wait a bit and try again.',
  };
  return new GraphError(code, `(#${code}) ${who[code] ?? 'Too many calls'}`, {
    http: code === 4 ? 403 : 400,
    transient: false,
    ...(subcode === undefined ? {} : { subcode }),
  });
};
