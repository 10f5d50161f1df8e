import { parseArgs } from 'node:util';

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
  sync: number | null;
  items: string[];
  record: string | null;
  yes: boolean;
}

export type CommandName = 'demo' | 'sandbox' | 'run' | 'check' | 'pause' | 'resume' | 'retry' | 'doctor';

export type Parsed =
  | { kind: 'command'; command: CommandName; files: string[]; flags: Flags }
  | { kind: 'help'; command: CommandName | null }
  | { kind: 'wrong'; why: string };

/** Each command with what it takes: the one list that parsing and `--help` are made from. */
export const COMMANDS: Readonly<
  Record<CommandName, { usage: string; does: string; files: boolean; flags: readonly string[] }>
> = {
  demo: {
    usage: 'demo',
    does: 'lands the examples in a fresh sandbox and tells what happened',
    files: false,
    flags: [],
  },
  sandbox: {
    usage: 'sandbox [--graph-url URL]',
    does: 'starts everything on this machine and stays up until Ctrl-C',
    files: false,
    flags: ['graph-url'],
  },
  run: {
    usage: 'run FILE… [--full] [--graph-url URL]',
    does: 'lands the files, waits until they are synced, tells what became of each row',
    files: true,
    flags: ['full', 'graph-url'],
  },
  check: { usage: 'check FILE…', does: 'judges files and sends nothing', files: true, flags: [] },
  pause: {
    usage: 'pause [--wait]',
    does: 'sends nothing more of the catalog until `resume`; --wait: until nothing is on its way',
    files: false,
    flags: ['wait'],
  },
  resume: { usage: 'resume', does: 'ends the pause: sending goes on where it stopped', files: false, flags: [] },
  retry: {
    usage: 'retry [--sync N] [--item ID]…',
    does: 'sends refused items again as they were: all, those that sync N names, or these',
    files: false,
    flags: ['sync', 'item'],
  },
  doctor: {
    usage: 'doctor [--graph-url URL] [--record DIR [--yes]]',
    does: 'looks whether Meta lets us in, and tells what to mend; --record: writes down two small syncs',
    files: false,
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
    return wrong(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
  const { values, positionals } = read;
  const [command, ...files] = positionals;
  if (command === undefined)
    return values.help ? { kind: 'help', command: null } : wrong(`say which command: ${names}`);
  if (!isCommand(command)) return wrong(`there is no command "${command}": use one of ${names}`);
  if (values.help) return { kind: 'help', command };

  const { usage, files: takesFiles, flags: takes } = COMMANDS[command];
  const foreign = Object.keys(values).find((flag) => !EVERYWHERE.includes(flag) && !takes.includes(flag));
  if (foreign !== undefined) return wrong(`${command} takes no --${foreign}: catalog-sync ${usage}`);
  if (takesFiles && files.length === 0) return wrong(`${command} needs at least one file: catalog-sync ${usage}`);
  if (!takesFiles && files.length > 0) return wrong(`${command} takes no files: catalog-sync ${usage}`);
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
    files,
    flags: {
      dataDir: values['data-dir'] ?? '.catalog-sync',
      config: values.config ?? null,
      catalog: values.catalog ?? 'default',
      timeoutMs: timeout * 1000,
      json: values.json ?? false,
      full: values.full ?? false,
      graphUrl: graphUrl === null ? null : graphUrl.replace(/\/+$/, ''),
      wait: values.wait ?? false,
      sync,
      items,
      record: values.record ?? null,
      yes: values.yes ?? false,
    },
  };
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
    '  --data-dir DIR     folder that holds the sandbox (default .catalog-sync)',
    '  --config FILE      settings, in the shape of config/<stage>.json',
    '  --catalog NAME     which catalog of the settings (default: default)',
    '  --timeout SECONDS  how long to wait at most (default 600)',
    '  --json             machine-readable answer on stdout',
    '',
  ].join('\n');
};
