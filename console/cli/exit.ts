/** Exit codes: done; could not (a person is needed, or time is out); done, with findings; wrong usage. */
export const EXIT = { done: 0, failed: 1, findings: 2, usage: 64 } as const;
