/** One connection to S3 gives some 85 MB a second: with four of them the engine, not the network, is what takes time. */
const RANGE_BYTES = 8_000_000;
const AHEAD = 4;
/** The last row of a shard ends behind it: nearly always within this. */
const BEHIND = 65_536;
/** And if not, here it goes on. */
const FURTHER_BYTES = 262_144;

/** Some bytes of an object. */
export type ReadRange = (start: number, length: number) => Promise<Uint8Array | undefined>;

/**
 * An object's bytes from an offset on: soon those before `until`, as they are certainly wanted; what is behind, to the
 * object's end, only as it is asked for.
 */
export async function* rangedSource(
  readRange: ReadRange,
  { from, until, size }: { from: number; until: number; size: number },
): AsyncGenerator<Uint8Array, void> {
  const read = async (start: number, length: number): Promise<Uint8Array> => {
    const bytes = await readRange(start, length);
    if (bytes?.length !== length)
      throw new Error(`${length} bytes from ${start} were to be read, there are ${bytes?.length}`);
    return bytes;
  };
  const soon = Math.min(until + BEHIND, size);
  const going: Promise<Uint8Array>[] = [];
  let next = from;
  const ask = (): void => {
    if (next >= soon) return;
    const length = Math.min(RANGE_BYTES, soon - next);
    const range = read(next, length);
    // Whoever stops before it came does not want to know what became of it.
    range.catch(() => {});
    going.push(range);
    next += length;
  };
  while (going.length < AHEAD && next < soon) ask();
  for (let range = going.shift(); range !== undefined; range = going.shift()) {
    const bytes = await range;
    ask();
    yield bytes;
  }
  for (let at = Math.max(soon, from); at < size; at += FURTHER_BYTES)
    yield await read(at, Math.min(FURTHER_BYTES, size - at));
}
