/** What of an alert goes to SNS: JSON for machines, a text for mailboxes, and neither too long. */
import { utcText } from '../../catalog/utc-text.ts';
import type { Alert } from '../../records/alert.ts';
import { alertKinds } from '../../records/alert-kinds.ts';

/**
 * A message with its attributes takes 262,144 bytes at most (SNS Publish reference). Names and values of our attributes are
 * below 1 KB; the subject is not counted there, and is added for safety.
 */
const MOST_BYTES = 262_144 - 4096;

const CUT = '\n… cut: the rest is in the report';

/** SNS takes subjects of up to 100 ASCII characters, without line breaks (Publish reference). */
export const subjectOf = ({ state, subject, again }: Alert): string => {
  const what = state === 'cleared' ? 'over: ' : again === undefined ? '' : 'still: ';
  return `[catalog-sync] ${what}${subject}`.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
};

/** What an e-mail says. */
export const mailOf = ({ id, kind, state, catalog, sync, subject, body, at, again }: Alert): string => {
  const { remedy, over } = alertKinds[kind];
  const said = again === undefined ? '' : `, said again since then: ${again}`;
  return [
    state === 'cleared' ? `Over: ${subject}` : subject,
    '',
    body,
    '',
    ...(state === 'cleared' ? [] : [`What to do: ${remedy}`]),
    ...(state === 'cleared' || over === null ? [] : [`It is over when ${over}.`]),
    `State: ${state} since ${utcText(at)}${said}`,
    `Kind: ${kind}`,
    `Catalog: ${catalog}${sync === null ? '' : `, sync ${sync}`}`,
    `Alert: ${id}`,
  ].join('\n');
};

/** The message in SNS's form for several protocols: `default` for whoever has none of its own. */
const structured = (alert: Alert): string => JSON.stringify({ default: JSON.stringify(alert), email: mailOf(alert) });

/** As much of a text as the share, never half a character. */
const cut = (text: string, share: number): string =>
  `${text.slice(0, Math.floor(text.length * share)).replace(/[\uD800-\uDBFF]$/, '')}${CUT}`;

/** The whole message; of a body that would not fit, its beginning. */
export const messageOf = (alert: Alert): string => {
  const whole = structured(alert);
  if (Buffer.byteLength(whole) <= MOST_BYTES) return whole;
  // What is escaped counts more than once, and differently from place to place: halves are sure to end.
  let share = 0.5;
  let message = structured({ ...alert, body: cut(alert.body, share) });
  while (Buffer.byteLength(message) > MOST_BYTES) {
    share /= 2;
    message = structured({ ...alert, body: cut(alert.body, share) });
  }
  return message;
};
