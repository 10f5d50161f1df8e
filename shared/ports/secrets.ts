/** What Meta's API asks for. Held in memory only; never logged, stored or said. */
export interface MetaSecret {
  accessToken: string;
  appSecret: string | null;
  /** Which version of the stored secret this is. */
  version: string;
}

export interface Secrets {
  /** Cached for five minutes at most; `fresh` reads it anew, after Meta refused the token. */
  meta(options?: { fresh?: boolean }): Promise<MetaSecret>;
}
