import { withoutSecrets } from '@catalog-sync/shared/adapters/meta/without-secrets.ts';
import { askMeta } from '../../doctor/ask-meta.ts';
import { type Diagnosis, diagnose } from '../../doctor/diagnose.ts';
import { type Finding, wrong } from '../../doctor/finding.ts';
import { judgePlace } from '../../doctor/judge-place.ts';
import { openPatient, type Patient, SettingsUnreadable } from '../../doctor/patient.ts';
import { EXIT } from '../exit.ts';
import type { Flags } from '../parse.ts';
import { printable } from '../say.ts';
import { recordSyncs } from './record-syncs.ts';

/** No look takes long; who asks waits for it. */
const LONGEST_LOOK_MS = 20_000;

/** Looks whether Meta can be reached with these settings, and tells what to mend; reads only, unless it is to record. */
export const doctor = async (flags: Flags): Promise<number> => {
  let patient: Patient;
  try {
    patient = await openPatient(flags, process.env);
  } catch (error) {
    if (!(error instanceof SettingsUnreadable)) throw error;
    return answer({ findings: [unreadable(error)], reached: true }, null, flags);
  }
  try {
    const diagnosis = await examine(patient, flags);
    const { record } = flags;
    if (record === null) return answer(diagnosis, null, flags);
    if (!flags.json) process.stderr.write(tellAll(diagnosis));
    const recorded = mayRecord(diagnosis) ? await tryToRecord(patient, { ...flags, record }) : null;
    if (recorded === null) process.stderr.write('catalog-sync: nothing was recorded\n');
    return answer(diagnosis, recorded, flags);
  } finally {
    await patient.close();
  }
};

/** Where nothing is wrong and the catalog was seen: it is not while Meta throttles, and then no call should be made at all. */
const mayRecord = (diagnosis: Diagnosis): boolean =>
  exitOf(diagnosis) === EXIT.done &&
  diagnosis.findings.some(({ about, state }) => about === 'catalog' && state === 'ok');

/** What was found out is told also when recording fails. */
const tryToRecord = async (patient: Patient, flags: Flags & { record: string }): Promise<string | null> => {
  try {
    return await recordSyncs(patient, flags);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.stderr.write(`catalog-sync: ${printable(withoutSecrets(why, patient.secret))}\n`);
    return null;
  }
};

const unreadable = ({ message }: Error): Finding =>
  wrong('settings', ofEnvironment(message), 'correct the file that --config names, or META_CATALOG_ID');

/** The token may stand where another setting belongs, and be named as wrong there. */
const ofEnvironment = (text: string): string => {
  const { META_ACCESS_TOKEN: accessToken = '', META_APP_SECRET: appSecret = null } = process.env;
  return withoutSecrets(text, { accessToken: accessToken.trim(), appSecret, version: '' });
};

const examine = async ({ place, secret, breaker, now }: Patient, flags: Flags): Promise<Diagnosis> => {
  const mayAsk = judgePlace(place).every(({ state }) => state !== 'wrong');
  const reader = {
    base: place.graph,
    version: place.version,
    httpTimeoutMs: Math.min(LONGEST_LOOK_MS, flags.timeoutMs),
    secret,
  };
  const answers = mayAsk ? await askMeta(reader, place.catalogId) : null;
  const { findings, reached } = diagnose({ place, answers, breaker, now });
  // Settings are shown as they are: somebody may have written the token where the URL or the version belongs.
  const clean = (text: string): string => withoutSecrets(text, secret);
  return { reached, findings: findings.map((finding) => ({ ...finding, message: clean(finding.message) })) };
};

const exitOf = ({ findings, reached }: Diagnosis): number => {
  if (!reached) return EXIT.failed;
  return findings.some(({ state }) => state === 'wrong') ? EXIT.findings : EXIT.done;
};

/** All of it on stdout; what was recorded, if something was to be. */
const answer = (diagnosis: Diagnosis, recorded: string | null, { json, record }: Flags): number => {
  const exit = exitOf(diagnosis);
  const healthy = exit === EXIT.done;
  if (json) process.stdout.write(`${JSON.stringify({ healthy, findings: diagnosis.findings, recorded })}\n`);
  else if (record === null) process.stdout.write(tellAll(diagnosis));
  else if (recorded !== null) process.stdout.write(`recorded: ${printable(recorded)}\n`);
  return healthy && record !== null && recorded === null ? EXIT.failed : exit;
};

const tellAll = ({ findings }: Diagnosis): string => findings.map(tell).join('');

const tell = ({ about, state, message, remedy }: Finding): string =>
  `${printable(`${state.padEnd(5)}  ${about.padEnd(11)}  ${message}`)}\n${
    remedy === null ? '' : `${' '.repeat(20)}→ ${printable(remedy)}\n`
  }`;
