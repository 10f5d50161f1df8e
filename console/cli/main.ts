import { check } from './commands/check.ts';
import { demo } from './commands/demo.ts';
import { run } from './commands/run.ts';
import { sandbox } from './commands/sandbox.ts';
import { EXIT } from './exit.ts';
import { type CommandName, type Flags, helpText, parse } from './parse.ts';

const commands: Readonly<Record<CommandName, (files: readonly string[], flags: Flags) => Promise<number>>> = {
  demo: (_files, flags) => demo(flags),
  sandbox: (_files, flags) => sandbox(flags),
  run,
  check,
};

const main = async (): Promise<number> => {
  const parsed = parse(process.argv.slice(2));
  if (parsed.kind === 'wrong') {
    process.stderr.write(`catalog-sync: ${parsed.why}\n`);
    return EXIT.usage;
  }
  if (parsed.kind === 'help') {
    process.stdout.write(helpText(parsed.command));
    return EXIT.done;
  }
  return commands[parsed.command](parsed.files, parsed.flags);
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`catalog-sync: ${error instanceof Error ? error.message : String(error)}\n`);
  if (process.env.CATALOG_SYNC_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = EXIT.failed;
}
