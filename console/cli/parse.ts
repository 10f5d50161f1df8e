import { parseArgs } from 'node:util';
import { nameOfSync } from './name-of-sync.ts';

/** What every command takes, and what some do. */
export interface Flags {
  dataDir: string;
  config: string | null;
  catalog: string;
  timeoutMs: number;
  json: boolean;
  full: boolean;
  graphUrl: string | null;
  wait: boolean;
  /** The hash of the plan that was looked at. */
  plan: string | null;
  sync: number | null;
  items: string[];
  record: string | null;
  yes: boolean;
}

export type CommandName =
  | 'demo'
  | 'sandbox'
  | 'run'
  | 'check'
  | 'plan'
  | 'approve'
  | 'discard'
  | 'pause'
  | 'resume'
  | 'retry'
  | 'doctor';

export type Parsed =
  | { kind: 'command'; command: CommandName; files: string[]; flags: Flags }
  | { kind: 'help'; command: CommandName | null }
  | { kind: 'wrong'; why: string };

interface Command {
  usage: string;
  does: string;
  /** What stands behind the command's name. */
  takes: 'nothing' | 'files' | 'files or --sync' | 'a sync';
  flags: readonly string[];
}

/** Each command with what it takes: the one list that parsing and `--help` are made from. */
export const COMMANDS: Readonly<Record<CommandName, Command>> = {
  demo: {
    usage: 'demo',
    does: 'lands the examples in a fresh sandbox and tells what happened',
    takes: 'nothing',
    flags: [],
  },
  sandbox: {
    usage: 'sandbox [--graph-url URL]',
    does: 'starts everything on this machine and stays up until Ctrl-C',
    takes: 'nothing',
    flags: ['graph-url'],
  },
  run: {
    usage: 'run FILE… [--full] [--graph-url URL]',
    does: 'lands the files, waits until they are synced, tells what became of each row',
    takes: 'files',
    flags: ['full', 'graph-url'],
  },
  check: { usage: 'check FILE…', does: 'judges files and sends nothing', takes: 'files', flags: [] },
  plan: {
    usage: 'plan FILE… [--full] | plan --sync N',
    does: 'tells what a sync of these files would do, or what sync N was about to do; sends nothing',
    takes: 'files or --sync',
    flags: ['full', 'sync'],
  },
  approve: {
    usage: 'approve SYNC [--plan HASH]',
    does: 'lets a held plan be sent; SYNC is 42 or default-000042; --plan: only if it is the one you saw',
    takes: 'a sync',
    flags: ['plan'],
  },
  discard: {
    usage: 'discard SYNC [--plan HASH]',
    does: 'drops a held plan: nothing of it is sent, its files go to refused/',
    takes: 'a sync',
    flags: ['plan'],
  },
  pause: {
    usage: 'pause [--wait]',
    does: 'sends nothing more of the catalog until `resume`; --wait: until nothing is on its way',
    takes: 'nothing',
    flags: ['wait'],
  },
  resume: { usage: 'resume', does: 'ends the pause: sending goes on where it stopped', takes: 'nothing', flags: [] },
  retry: {
    usage: 'retry [--sync N] [--item ID]…',
    does: 'sends refused items again as they were: all, those that sync N names, or these',
    takes: 'nothing',
    flags: ['sync', 'item'],
  },
  doctor: {
    usage: 'doctor [--graph-url URL] [--record DIR [--yes]]',
    does: 'looks whether Meta lets us in, and tells what to mend; --record: writes down two small syncs',
    takes: 'nothing',
    flags: ['graph-url', 'record', 'yes'],
  },
};

const OPTIONS = {
  'data-dir': { type: 'string' },
  config: { type: 'string' },
  catalog: { type: 'string' },
  timeout: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  full: { type: 'boolean' },
  'graph-url': { type: 'string' },
  wait: { type: 'boolean' },
  plan: { type: 'string' },
  sync: { type: 'string' },
  item: { type: 'string', multiple: true },
  record: { type: 'string' },
  yes: { type: 'boolean' },
} as const;
const EVERYWHERE = ['data-dir', 'config', 'catalog', 'timeout', 'json', 'help'];

const isCommand = (word: string): word is CommandName => Object.hasOwn(COMMANDS, word);
const wrong = (why: string): Parsed => ({ kind: 'wrong', why });
const names = Object.keys(COMMANDS).join(', ');

/** Reads the words after `catalog-sync`. Pure. */
export const parse = (words: readonly string[]): Parsed => {
  let read: ReturnType<typeof parseWords>;
  try {
    read = parseWords(words);
  } catch (error) {
    return wrong(`${whyUnread(error)}: ${usageOf(words)}`);
  }
  const { values, positionals } = read;
  const [command, ...files] = positionals;
  if (command === undefined)
    return values.help ? { kind: 'help', command: null } : wrong(`say which command: ${names}`);
  if (!isCommand(command)) return wrong(`there is no command "${command}": use one of ${names}`);
  if (values.help) return { kind: 'help', command };

  const { usage, takes, flags } = COMMANDS[command];
  const foreign = Object.keys(values).find((flag) => !EVERYWHERE.includes(flag) && !flags.includes(flag));
  if (foreign !== undefined) return wrong(`${command} takes no --${foreign}: catalog-sync ${usage}`);
  const mayNameSync = takes === 'files or --sync' && values.sync !== undefined;
  if ((takes === 'files' || takes === 'files or --sync') && files.length === 0 && !mayNameSync)
    return wrong(`${command} needs at least one file: catalog-sync ${usage}`);
  if (mayNameSync && (files.length > 0 || values.full))
    return wrong(`${command} takes files or --sync, not both: catalog-sync ${usage}`);
  if (takes === 'nothing' && files.length > 0) return wrong(`${command} takes no files: catalog-sync ${usage}`);
  if (takes === 'a sync' && files.length !== 1) return wrong(`${command} needs one sync: catalog-sync ${usage}`);
  const named = takes === 'a sync' ? nameOfSync(files[0] ?? '') : null;
  if (named === undefined) return wrong(`a sync is named by its number or id, 42 or default-000042, not "${files[0]}"`);
  if (named?.catalog && values.catalog !== undefined && values.catalog !== named.catalog)
    return wrong(`${files[0]} is no sync of the catalog ${values.catalog}: leave --catalog out`);
  if (values.plan === '') return wrong('--plan is the hash of a plan, as `plan --sync` shows it');
  const timeout = Number(values.timeout ?? '600');
  if (!(timeout > 0)) return wrong(`--timeout is a number of seconds above 0, not "${values.timeout}"`);
  const graphUrl = values['graph-url'] ?? null;
  if (graphUrl !== null && !/^https?:\/\/[^/]/.test(graphUrl))
    return wrong(`--graph-url is an http(s) URL, not "${graphUrl}"`);
  const sync = values.sync === undefined ? null : Number(values.sync);
  if (sync !== null && !(/^\d+$/.test(values.sync ?? '') && Number.isSafeInteger(sync) && sync > 0))
    return wrong(`--sync is a sync's number, 42 for default-000042, not "${values.sync}"`);
  const items = [...new Set(values.item)];
  if (items.includes('')) return wrong('--item is the id of an item, as it stands in the file');
  if (values.record === '') return wrong('--record is the folder that the recording is written to');
  if (values.yes && values.record === undefined) return wrong(`--yes goes with --record: catalog-sync ${usage}`);
  return {
    kind: 'command',
    command,
    files: takes === 'a sync' ? [] : files,
    flags: {
      dataDir: values['data-dir'] ?? '.catalog-sync',
      config: values.config ?? null,
      catalog: named?.catalog ?? values.catalog ?? 'default',
      timeoutMs: timeout * 1000,
      json: values.json ?? false,
      full: values.full ?? false,
      graphUrl: graphUrl === null ? null : graphUrl.replace(/\/+$/, ''),
      wait: values.wait ?? false,
      plan: values.plan ?? null,
      sync: named?.sync ?? sync,
      items,
      record: values.record ?? null,
      yes: values.yes ?? false,
    },
  };
};

/** What `parseArgs` stumbled on, without its advice on how to write options that there are not. */
const whyUnread = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/\.?\n.*$|\. (?=[A-Z]).*$/s, '') : String(error);

/** What would have been right, as far as it can be told. */
const usageOf = (words: readonly string[]): string => {
  const command = words.find(isCommand);
  return command === undefined
    ? `catalog-sync COMMAND …, COMMAND is one of ${names}`
    : `catalog-sync ${COMMANDS[command].usage}, and ${EVERYWHERE.map((flag) => `--${flag}`).join(', ')}`;
};

const parseWords = (words: readonly string[]) =>
  parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true, strict: true });

const WIDEST_USAGE = Math.max(...Object.values(COMMANDS).map(({ usage }) => usage.length));

/** The text of `--help`. */
export const helpText = (command: CommandName | null): string => {
  const lines =
    command === null
      ? [
          'catalog-sync keeps a Meta product catalog equal to the product CSVs that land in S3',
          '',
          ...Object.values(COMMANDS).map(({ usage, does }) => `  catalog-sync ${usage.padEnd(WIDEST_USAGE)} ${does}`),
        ]
      : [`catalog-sync ${COMMANDS[command].usage}`, `  ${COMMANDS[command].does}`];
  return [
    ...lines,
    '',
    ...(command === null || COMMANDS[command].flags.includes('full')
      ? ['  --full             the files together name all products: what they do not name is deleted']
      : []),
    '  --data-dir DIR     folder that holds the sandbox (default .catalog-sync)',
    '  --config FILE      settings, in the shape of config/<stage>.json',
    '  --catalog NAME     which catalog of the settings (default: default)',
    '  --timeout SECONDS  how long to wait at most (default 600)',
    '  --json             machine-readable answer on stdout',
    '',
  ].join('\n');
};
