import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Patient } from '../../doctor/patient.ts';
import { IDS } from '../../recording/feeds.ts';
import { isEmulator } from '../../recording/is-emulator.ts';
import { maskFor } from '../../recording/mask.ts';
import { record } from '../../recording/record.ts';
import type { Flags } from '../parse.ts';
import { printable, progress } from '../say.ts';

/** Records two small syncs with the Graph API that was looked at. Answers the file; null when it may not. */
export const recordSyncs = async (
  { place, secret }: Patient,
  { record: folder, yes, timeoutMs }: Pick<Flags, 'yes' | 'timeoutMs'> & { record: string },
): Promise<string | null> => {
  const emulated = await isEmulator(place.graph);
  const recordedAgainst = emulated ? 'emulator' : new URL(place.graph).hostname;
  const what = `${IDS.length} test products (${IDS.join(', ')}) into catalog ${place.catalogId} at ${recordedAgainst}, and deletes them again`;
  if (!emulated && !yes && !(await agreesTo(`Recording writes ${what}.`))) return null;
  progress.line(`recording writes ${what}`);
  const mask = maskFor({ secret, catalogId: place.catalogId });
  const recording = await record({ place, secret }, { mask, timeoutMs, recordedAgainst });
  const text = `${JSON.stringify(recording, null, 2)}\n`;
  if (mask.leaks(text)) throw new Error('something of the secret is in the recording; it was not written');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${recordedAgainst.replaceAll(/[^a-z0-9.-]/gi, '-')}.json`);
  await writeFile(file, text);
  return file;
};

/** Asks on a terminal; elsewhere nobody agrees to anything. */
const agreesTo = async (what: string): Promise<boolean> => {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    process.stderr.write(`catalog-sync: ${printable(what)} Say --yes if that is meant; nothing was written.\n`);
    return false;
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await asking.question(`${printable(what)} Type yes to go on: `)).trim() === 'yes';
  } finally {
    asking.close();
  }
};
