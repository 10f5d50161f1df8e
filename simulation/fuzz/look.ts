import { must } from './target.ts';

/** What may be in an answer: the rules that all targets share. */
export interface Looked {
  /** Characters of all texts and keys, and one for each other value. */
  size: number;
}

/**
 * Looks at every value of an answer. Plain objects and lists only, with no prototype but the usual ones; numbers that JSON
 * and tables can keep; texts that are Unicode; nothing that must stay secret.
 */
export const look = (answer: unknown, secrets: readonly string[] = []): Looked => {
  let size = 0;
  const text = (value: string): void => {
    size += value.length;
    must(value.isWellFormed(), 'texts are Unicode', () => JSON.stringify(value.slice(0, 200)));
    for (const secret of secrets) must(!value.includes(secret), 'no secret is in an answer', () => value.slice(0, 200));
  };
  const waiting: unknown[] = [answer];
  while (waiting.length > 0) {
    const value = waiting.pop();
    size++;
    if (typeof value === 'string') text(value);
    else if (typeof value === 'number')
      must(Number.isFinite(value), 'numbers are finite', () => `${value} in ${JSON.stringify(answer)?.slice(0, 500)}`);
    else if (typeof value === 'object' && value !== null) {
      const prototype: unknown = Object.getPrototypeOf(value);
      must(
        prototype === null || prototype === (Array.isArray(value) ? Array.prototype : Object.prototype),
        'no prototype comes from outside',
        () => `keys ${Object.keys(value).join(', ')}`,
      );
      must(!Object.hasOwn(value, '__proto__'), 'no answer has a key __proto__');
      for (const [key, inner] of Object.entries(value)) {
        text(key);
        waiting.push(inner);
      }
    } else
      must(['boolean', 'undefined'].includes(typeof value) || value === null, 'answers are data', () => typeof value);
  }
  return { size };
};
