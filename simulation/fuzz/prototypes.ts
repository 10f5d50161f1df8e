const all: readonly object[] = [
  Object.prototype,
  Array.prototype,
  String.prototype,
  Number.prototype,
  Function.prototype,
  Map.prototype,
  Set.prototype,
  Promise.prototype,
  RegExp.prototype,
  Date.prototype,
  Error.prototype,
  Uint8Array.prototype,
];

const stateOf = (prototype: object): ReadonlyMap<PropertyKey, PropertyDescriptor> =>
  new Map(Reflect.ownKeys(prototype).map((key) => [key, Reflect.getOwnPropertyDescriptor(prototype, key)!]));

const same = (a: PropertyDescriptor, b: PropertyDescriptor | undefined): boolean =>
  b !== undefined && a.value === b.value && a.get === b.get && a.set === b.set;

/**
 * Watches the prototypes that all objects share. The answer names what was changed since, and puts it back, so that one
 * input cannot make the next ones fail.
 */
export const watchPrototypes = (): (() => string[]) => {
  const before = all.map(stateOf);
  return () =>
    all.flatMap((prototype, n) => {
      const was = before[n]!;
      const changed: string[] = [];
      for (const key of Reflect.ownKeys(prototype)) {
        if (was.has(key)) continue;
        changed.push(String(key));
        Reflect.deleteProperty(prototype, key);
      }
      for (const [key, descriptor] of was) {
        if (same(descriptor, Reflect.getOwnPropertyDescriptor(prototype, key))) continue;
        changed.push(String(key));
        Reflect.defineProperty(prototype, key, descriptor);
      }
      return changed;
    });
};
