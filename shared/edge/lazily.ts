/** Builds a thing when it is first asked for, and once: a cold start that fails is tried again by the next call. */
export const lazily = <A>(build: () => A): (() => A) => {
  let built: { value: A } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
};
