/** Exit codes: done; could not (a person is needed, or time is out); done, with findings; wrong usage. */
/** What the command was given cannot be meant: nothing was begun. The message is one line that says what is right. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export const EXIT = { done: 0, failed: 1, findings: 2, usage: 64 } as const;
