import { createHmac } from 'node:crypto';

/** Proves to Graph that the caller knows the app's secret: hex HMAC-SHA256, key the secret, message the token. */
export const proofOf = (accessToken: string, appSecret: string): string =>
  createHmac('sha256', appSecret).update(accessToken).digest('hex');
