import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerName, Usage } from './server-names.ts';

export interface OwnProcess {
  readonly url: string;
  usage(): Promise<Usage>;
}

/** Runs `work` on a new server in a process and a folder of its own; both are gone when it has ended, well or not. */
export const withServer = async <A>(name: ServerName, work: (server: OwnProcess) => Promise<A>): Promise<A> => {
  const dir = await mkdtemp(join(tmpdir(), `bench-${name}-`));
  const child = fork(fileURLToPath(new URL('server-process.ts', import.meta.url)), [name, dir]);
  const exited = once(child, 'exit');
  const message = async (): Promise<unknown> => {
    const ended = exited.then(([code]) => {
      throw new Error(`the ${name} server's process ended with ${String(code)} while it was measured`);
    });
    const [answer] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
    return answer;
  };
  try {
    const url = (await message()) as string;
    return await work({
      url,
      usage: async () => {
        child.send('usage');
        return (await message()) as Usage;
      },
    });
  } finally {
    if (child.connected) child.disconnect();
    await exited;
    await rm(dir, { recursive: true, force: true });
  }
};
