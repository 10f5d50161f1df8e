import { Stopped } from './catch-signals.ts';
import { EXIT, WrongUsage } from './exit.ts';
import { type CommandName, type Flags, helpText, parse } from './parse.ts';

/** Each command loads what it needs when it is called: `check` starts no sandbox and loads none. */
const commands: Readonly<Record<CommandName, (files: readonly string[], flags: Flags) => Promise<number>>> = {
  demo: async (_files, flags) => (await import('./commands/demo.ts')).demo(flags),
  sandbox: async (_files, flags) => (await import('./commands/sandbox.ts')).sandbox(flags),
  run: async (files, flags) => (await import('./commands/run.ts')).run(files, flags),
  check: async (files, flags) => (await import('./commands/check.ts')).check(files, flags),
  plan: async (files, flags) => (await import('./commands/plan.ts')).plan(files, flags),
  approve: async (_files, flags) => (await import('./commands/decide.ts')).approve(flags),
  discard: async (_files, flags) => (await import('./commands/decide.ts')).discard(flags),
  pause: async (_files, flags) => (await import('./commands/pause.ts')).pause(flags),
  resume: async (_files, flags) => (await import('./commands/resume.ts')).resume(flags),
  retry: async (_files, flags) => (await import('./commands/retry.ts')).retry(flags),
  doctor: async (_files, flags) => (await import('./commands/doctor.ts')).doctor(flags),
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

// Whoever reads the output may have seen enough (`| head`): the command goes on to its own end.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`catalog-sync: ${error instanceof Error ? error.message : String(error)}\n`);
  if (process.env.CATALOG_SYNC_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = error instanceof WrongUsage ? EXIT.usage : EXIT.failed;
  if (error instanceof Stopped) process.exit();
}
