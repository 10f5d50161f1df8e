/** What every server of the sandbox is to the process that starts it. All listen on 127.0.0.1 and a free port. */
export interface SandboxServer {
  /** For example http://127.0.0.1:40123, without a slash at the end. */
  readonly url: string;
  /** Stops listening, ends open connections, writes what is not yet on disk. Safe to call twice. */
  close(): Promise<void>;
}

/** Called before a write is applied and answered: the fail switch ends the process there. */
export type BeforeWrite = () => void;
