import type { MetaSecret } from '../../ports/secrets.ts';
import { proofOf } from './appsecret-proof.ts';

const LONGEST = 1000;
const PARAMETERS = /\b(access_token|appsecret_proof|input_token)(["']?\s*[=:]\s*["']?)[^&\s"']+/gi;

/** A text of Meta as it may be stored and shown: nothing of the secret in it, and not endless. */
export const withoutSecrets = (text: string, { accessToken, appSecret }: MetaSecret): string => {
  const secrets = [accessToken, appSecret ?? '', appSecret === null ? '' : proofOf(accessToken, appSecret)];
  let clean = text;
  for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '…');
  // Tables and objects keep Unicode alone: neither half a character that Meta sends, nor one that is cut in half here.
  return clean.replace(PARAMETERS, '$1$2…').slice(0, LONGEST).toWellFormed();
};
