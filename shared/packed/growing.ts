/** A column of numbers whose length is not known beforehand. */
export interface Growing<C> {
  readonly length: number;
  push(value: number): void;
  /** What was pushed; a copy, as long as that is. */
  done(): C;
}

type Numbers = Float64Array | Uint32Array | Uint16Array | Uint8Array;

const FIRST = 64;

export const growing = <C extends Numbers>(make: new (length: number) => C): Growing<C> => {
  let values = new make(FIRST);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push: (value) => {
      if (length === values.length) {
        const larger = new make(2 * length);
        larger.set(values);
        values = larger;
      }
      values[length++] = value;
    },
    done: () => values.slice(0, length) as C,
  };
};
