import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { PathReporter } from 'io-ts/lib/PathReporter.js';
import { readSettings } from '../../shared/settings.ts';
import { ROOT } from './stacks.ts';

/**
 * What a function's environment may hold in all is 4 KB (Lambda quotas), and a standard SSM parameter 4 KB; the other
 * variables take less than one of them.
 */
const MOST_SETTINGS_BYTES = 3072;

const Config = t.intersection([
  t.type({
    region: t.string,
    alertEmail: t.string,
    metaGraphVersion: t.string,
    catalogs: t.UnknownRecord,
  }),
  t.partial({ metaGraphUrl: t.string }),
]);

/** Refuses a stage whose config/<stage>.json would only fail at deploy or at a function's start. Says what is wrong. */
export const checkConfig = (stage: string): void => {
  // It becomes part of names: an event archive's has at most 48 characters, a bucket's 63 with account and region.
  if (!/^[a-z][a-z0-9-]{0,15}$/.test(stage)) {
    throw new Error(`"${stage}" is no name for a stage: use a-z, 0-9 and "-", at most 16 characters`);
  }
  const path = `config/${stage}.json`;
  const decoded = Config.decode(parsed(path));
  if (isLeft(decoded)) throw new Error(`${path} is wrong: ${PathReporter.report(decoded).join('; ')}`);
  const { catalogs } = decoded.right;
  try {
    readSettings(catalogs);
  } catch (cause) {
    throw new Error(`${path} is wrong: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const bytes = Buffer.byteLength(JSON.stringify(catalogs));
  if (bytes > MOST_SETTINGS_BYTES) {
    throw new Error(
      `${path}: the catalogs' settings take ${bytes} bytes of at most ${MOST_SETTINGS_BYTES}: leave out what has a default, or deploy a second stage`,
    );
  }
};

const parsed = (path: string): unknown => {
  let text: string;
  try {
    text = readFileSync(join(ROOT, path), 'utf8');
  } catch {
    throw new Error(`${path} is missing: copy config/dev.json and fill it in`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is no JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
};
