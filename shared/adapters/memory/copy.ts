/** A deep copy of what JSON can hold, which nobody can change any more: whoever reads a stored record gets this very one. */
export const frozenCopy = <A>(value: A): A => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy)) as A;
  const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) };
  // Most fields are plain, and are copied at one go.
  for (const key of Object.keys(copy)) {
    const field = copy[key];
    if (typeof field === 'object' && field !== null) copy[key] = frozenCopy(field);
  }
  return Object.freeze(copy) as A;
};
