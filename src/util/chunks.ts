/** Characters or bytes to process at a time: a few milliseconds of work, between which requests are served. */
export const CHUNK_SIZE = 128 * 1024;

/** Joins pieces of text to chunks of at least `size` characters, so that no string exceeds the maximum length. */
export function* joinToChunks(pieces: Iterable<string>, size = CHUNK_SIZE): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < size) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
