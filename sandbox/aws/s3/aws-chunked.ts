import { S3Error } from './errors.ts';

/** Longer than any chunk header or trailer line S3's clients send. */
const MAX_LINE_CHARACTERS = 16 * 1024;

const incomplete = (): S3Error =>
  new S3Error('IncompleteBody', 'The request body terminated unexpectedly or its chunks are malformed');

/**
 * The payload inside Content-Encoding: aws-chunked, unsigned or signed (signatures are not checked), as described in
 * the S3 API Reference, "Transferring payload in multiple chunks". What trails goes into `trailers`, names in lower
 * case. Throws IncompleteBody when the last chunk does not come.
 */
export const decodeAwsChunked = async function* (
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const state: { expects: 'size' | 'data' | 'end of data' | 'trailer' | 'nothing'; left: number } = {
    expects: 'size',
    left: 0,
  };
  let line = '';

  const takeLine = (text: string): void => {
    if (state.expects === 'end of data') {
      if (text !== '') throw incomplete();
      state.expects = 'size';
    } else if (state.expects === 'size') {
      const size = /^([0-9a-fA-F]{1,12})(?:;.*)?$/.exec(text)?.[1];
      if (size === undefined) throw incomplete();
      state.left = Number.parseInt(size, 16);
      state.expects = state.left > 0 ? 'data' : 'trailer';
    } else if (text === '') state.expects = 'nothing';
    else {
      const colon = text.indexOf(':');
      if (colon > 0) trailers.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
    }
  };

  for await (const chunk of source) {
    for (let at = 0; at < chunk.length && state.expects !== 'nothing'; ) {
      if (state.expects === 'data') {
        const taken = Math.min(state.left, chunk.length - at);
        yield chunk.subarray(at, at + taken);
        at += taken;
        state.left -= taken;
        if (state.left === 0) state.expects = 'end of data';
        continue;
      }
      const end = chunk.indexOf(10, at);
      line += chunk.toString('latin1', at, end < 0 ? chunk.length : end);
      if (line.length > MAX_LINE_CHARACTERS) throw incomplete();
      if (end < 0) break;
      at = end + 1;
      const whole = line.endsWith('\r') ? line.slice(0, -1) : line;
      line = '';
      takeLine(whole);
    }
  }
  // Some clients end the body right after the last chunk or its trailer, without the empty line.
  if (state.expects !== 'nothing' && state.expects !== 'trailer') throw incomplete();
};
