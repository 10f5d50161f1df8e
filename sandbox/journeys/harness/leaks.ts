/** Looks for secrets everywhere that a sandbox keeps or says anything. */
import { createHmac } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { allCalls, type Call } from './meta.ts';
import type { Sandbox } from './sandbox.ts';
import { tablesOf } from './tables.ts';

/**
 * A token and an app secret as nobody would have them: signs that URLs, patterns and replacements take for something else,
 * and in their midst a word that stays as it is in every spelling, so that half a secret is found, too.
 */
export const CANARY = {
  META_ACCESS_TOKEN: "EAA+$&/=%41.*[zQ7canaryTokenW3x]'{}$1~",
  META_APP_SECRET: "5e&c%2Fr$`et+zQ7canarySecretW3x=='",
} as const;

/** As Meta asks for it: hex HMAC-SHA256 of the token, with the app's secret as key. */
export const PROOF = createHmac('sha256', CANARY.META_APP_SECRET).update(CANARY.META_ACCESS_TOKEN).digest('hex');

const WORDS = ['zQ7canaryTokenW3x', 'zQ7canarySecretW3x', PROOF.slice(8, 32)];

/** A word's Base64 wherever it begins in a text; what depends on its neighbours is cut off. */
const inBase64 = (word: string): string[] =>
  [0, 1, 2].map((before) => {
    const whole = Buffer.from('x'.repeat(before) + word).toString('base64');
    return whole.slice(before === 0 ? 0 : 4, Math.floor(((before + word.length) * 8) / 24) * 4);
  });

const SPELLINGS = WORDS.flatMap((word) => [word, ...inBase64(word)]).map((text) => Buffer.from(text));

const holdsAny = (bytes: Buffer): boolean => SPELLINGS.some((spelling) => bytes.includes(spelling));

/** Every file below a folder. */
const filesBelow = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

/** What a fault answered may hold what the test put into its mouth. */
const withoutPutWords = (call: Call): Call => (call.faults === undefined ? call : { ...call, response: null });

/**
 * Where any of it is found: files by their path below the data folder (all that was ever written: objects, the archive of
 * events, queues, logs, alerts), and by name what lies nowhere as plain bytes.
 */
export const leaksIn = async (sandbox: Sandbox): Promise<string[]> => {
  const found: string[] = [];
  for (const file of await filesBelow(sandbox.dataDir)) {
    // A file that goes meanwhile was a temporary one.
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    if (holdsAny(bytes)) found.push(relative(sandbox.dataDir, file));
  }
  const { graph } = sandbox.info;
  const tables = tablesOf(sandbox.info);
  const texts: Record<string, string> = {
    'what was written to stdout and stderr': sandbox.written(),
    "the emulator's calls": JSON.stringify((await allCalls(graph)).map(withoutPutWords)),
    "the emulator's settings": await (await fetch(`${graph}/_emulator/settings`)).text(),
  };
  // The engine packs its files.
  for (const service of ['ingest', 'validate', 'transform', 'publish', 'monitor'] as const)
    texts[`table of ${service}`] = JSON.stringify(await tables.items(service));
  for (const [name, text] of Object.entries(texts)) if (holdsAny(Buffer.from(text))) found.push(name);
  return found.sort();
};
