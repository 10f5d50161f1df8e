/**
 * The input that a worker is busy with, in memory that its parent sees: a worker that hangs, or dies, cannot say it any
 * more. Layout: how many inputs there were, the length of the last, its bytes.
 */
const HEAD = 8;

export const lastInputMemory = (largest: number): SharedArrayBuffer => new SharedArrayBuffer(HEAD + largest);

export const noteInput = (memory: SharedArrayBuffer, input: Uint8Array): void => {
  const head = new Int32Array(memory, 0, 2);
  const bytes = new Uint8Array(memory, HEAD);
  const length = Math.min(input.length, bytes.length);
  bytes.set(input.subarray(0, length));
  Atomics.store(head, 1, length);
  Atomics.add(head, 0, 1);
};

export const inputsNoted = (memory: SharedArrayBuffer): number => Atomics.load(new Int32Array(memory, 0, 2), 0);

export const lastInput = (memory: SharedArrayBuffer): Buffer => {
  const length = Atomics.load(new Int32Array(memory, 0, 2), 1);
  return Buffer.from(new Uint8Array(memory, HEAD, length));
};
