import { MINUTE, SECOND } from '@catalog-sync/shared/catalog/instant.ts';

/** How long one call to Meta may take in all. */
export const HTTP_TIMEOUT_MS = 60 * SECOND;

/** What recording an answer may take; a call starts only with this and the call's own time left. */
export const MARGIN_MS = 15 * SECOND;

/** What must be left of an invocation to start a call. */
export const TIME_FOR_A_CALL_MS = HTTP_TIMEOUT_MS + MARGIN_MS;

/** How long publish's function lives (its serverless.yml): later than this after its claim no call leaves. */
export const CLAIM_TO_CALL_MS = 180 * SECOND;

/**
 * How long a claim holds. Longer than the function may live by more than the margin, so that whoever takes a
 * batch over knows that the first worker sends nothing any more.
 */
export const LEASE_MS = 5 * MINUTE;

/** Last words are said again after this. */
export const SAY_AGAIN_MS = MINUTE;

/** monitor has heard of a handle by then, or its event is lost. */
export const HEARD_WITHIN_MS = 30 * SECOND;
