/**
 * JSON values that may be larger than a string can be, about 512 MB: they are written in pieces. Their lists need not be arrays,
 * but can be anything that can be iterated.
 */
import { joinToChunks } from './chunks.js';

/** What is nested deeper than this is small. */
const DEPTH = 5;

/** The JSON text of a value in chunks. Each element of a list has its own line. */
export function jsonChunks(value: unknown): Generator<string> {
  return joinToChunks(pieces(value, DEPTH));
}

function* pieces(value: unknown, depth: number): Generator<string> {
  if (typeof value !== 'object' || value === null || depth === 0) {
    yield JSON.stringify(value);
  } else if (isList(value)) {
    let separator = '[\n';
    for (const element of value) {
      yield separator;
      yield* pieces(element, depth - 1);
      separator = ',\n';
    }
    yield separator === '[\n' ? '[]' : '\n]';
  } else {
    let separator = '{';
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue;
      yield `${separator}${JSON.stringify(key)}:`;
      yield* pieces(member, depth - 1);
      separator = ',';
    }
    yield separator === '{' ? '{}' : '}';
  }
}

/** The same value with arrays as lists. */
export function withArrays(value: unknown, depth = DEPTH): unknown {
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (isList(value)) return Array.from(value, (element) => withArrays(element, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withArrays(member, depth - 1)]));
}

const isList = (value: object): value is Iterable<unknown> => Symbol.iterator in value;

/**
 * Parses JSON text that arrives in chunks.
 * @throws SyntaxError if it is not valid JSON, or not complete
 */
export async function parseLargeJson(chunks: AsyncIterable<string>): Promise<unknown> {
  // Loaded on demand, because few programs need it.
  const { parseChunked } = await import('@discoveryjs/json-ext');
  let values = 0;
  const value: unknown = await parseChunked(withoutSplitTokens(chunks), {
    onChunk: (_parsed, _chunk, _pending, { rootValuesCount }) => (values = rootValuesCount),
  });
  // The parser takes the end of its input for the end of what is open.
  if (values !== 1) throw new SyntaxError('Unexpected end of JSON input: the file is not complete');
  return value;
}

/** Decodes UTF-8, and throws a TypeError for bytes that are not. */
export async function* decodeChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  // `fatal` refuses damaged characters instead of replacing them.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/**
 * The parser drops white space at the start of a chunk, even between two digits. So no chunk begins with any: each ends
 * before its last other character.
 */
async function* withoutSplitTokens(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const { length } = chunk.trimEnd();
    const text = rest + chunk;
    const end = length === 0 ? 0 : rest.length + length - 1;
    if (end > 0) yield text.slice(0, end);
    rest = text.slice(end);
  }
  if (rest !== '') yield rest;
}
