const MOST_TRIES = 3_000;

/** A smaller input that fails in the same way: pieces are left out, large ones first, as long as it still fails. */
export const minimise = async (
  input: Buffer,
  stillFails: (candidate: Buffer) => Promise<boolean>,
  { tries = MOST_TRIES, until = Number.POSITIVE_INFINITY }: { tries?: number; until?: number } = {},
): Promise<Buffer> => {
  let best = input;
  let left = tries;
  let piece = Math.ceil(best.length / 2);
  while (piece >= 1) {
    let smaller = false;
    for (let at = 0; at < best.length; ) {
      if (left-- <= 0 || performance.now() > until) return best;
      const candidate = Buffer.concat([best.subarray(0, at), best.subarray(at + piece)]);
      if (await stillFails(candidate)) {
        best = candidate;
        smaller = true;
      } else at += piece;
    }
    // What was needed may have become needless.
    if (piece > 1 || !smaller) piece = Math.floor(piece / 2);
  }
  return best;
};
