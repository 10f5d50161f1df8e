import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxClock } from '../../clock.ts';
import type { Message } from './message.ts';

const isJsonObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

/**
 * The folder that stands for people's mailboxes: one JSON file a message, `<time>-<id>.json`, so that names sort by
 * time. A message that is a JSON object is the file; any other becomes its `body`, with `at` in epoch milliseconds.
 * A file appears whole or not at all.
 */
export const openOutbox = (dir: string, clock: SandboxClock): ((message: Message) => void) => {
  mkdirSync(dir, { recursive: true });
  let last = 0;
  return ({ id, body, subject }) => {
    // Two messages of one millisecond keep their order.
    last = Math.max(clock.now(), last + 1);
    const content = isJsonObject(body) ? body : JSON.stringify({ subject, body, at: clock.now() });
    const name = `${new Date(last).toISOString().replaceAll(':', '-')}-${id}.json`;
    const unfinished = join(dir, `.${name}.new`);
    writeFileSync(unfinished, content);
    renameSync(unfinished, join(dir, name));
  };
};
