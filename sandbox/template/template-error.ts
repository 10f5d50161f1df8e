/** A template that the sandbox cannot read: says which stack, where in it (resource and path), and what is wrong. */
export class TemplateError extends Error {
  constructor(stack: string, at: readonly (string | number)[], problem: string) {
    super(`template of ${stack}, ${at.join('.')}: ${problem}`);
    this.name = 'TemplateError';
  }
}
