import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { UnderstudyError } from '../../core/errors.js';
import { memoize } from '../../util/memoize.js';
import { decodeChunks, parseLargeJson } from '../../util/large-json.js';
import { parseForm } from './form.js';
import { badRequest, RefusalError, tooLarge } from './refusal.js';

/** Twilio's limit for a request body, in bytes. */
export const BODY_LIMIT = 1024 * 1024;

/**
 * How many bytes of an oversized body are read and discarded. A client whose connection is closed while it sends cannot
 * read the 413; a client that finishes sending can.
 */
const DISCARD_LIMIT = 64 * 1024 * 1024;

export const FORM_TYPE = 'application/x-www-form-urlencoded';
const FORM = /^application\/x-www-form-urlencoded *(?:;|$)/i;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/i;

type ParseBody = (bytes: Buffer, request: FastifyRequest) => unknown;

/** Returns what parses a body of this type; undefined if it has to be refused or ignored. */
export type FindParser = (contentType: string) => ((bytes: Buffer) => unknown) | undefined;

export const formParser: FindParser = memoize((type) => (FORM.test(type) ? parseForm : undefined));

export const jsonOrFormParser: FindParser = memoize((type) =>
  JSON_TYPE.test(type) ? parseJsonObject : formParser(type),
);

/** Parses bodies of one content type; `*` is every type that has no other parser. */
export function addBodyParser(
  scope: FastifyInstance,
  type: string | RegExp,
  parseBody: ParseBody,
  limit = BODY_LIMIT,
  isLarge: (request: FastifyRequest) => boolean = () => false,
): void {
  scope.addContentTypeParser(type, (request: FastifyRequest, payload: Readable, done: ParserDone) => {
    if (isLarge(request)) return readLargeJson(payload);
    collectBytes(payload, limit, (error, bytes) => {
      if (error !== undefined) return done(error);
      let body: unknown;
      try {
        body = parseBody(bytes, request);
      } catch (refusal) {
        return done(refusal as Error);
      }
      done(null, body);
    });
    return undefined;
  });
}

type ParserDone = (error: Error | null, body?: unknown) => void;

/**
 * Accepts JSON objects and forms, and refuses every other content type. An empty body has any type.
 * @param isLarge whether the JSON of a request may be larger than a string can be
 */
export function addJsonAndFormParsers(
  scope: FastifyInstance,
  limit = BODY_LIMIT,
  isLarge: (request: FastifyRequest) => boolean = () => false,
): void {
  scope.removeAllContentTypeParsers();
  addBodyParser(scope, JSON_TYPE, parseJsonObject, limit, isLarge);
  addBodyParser(scope, FORM_TYPE, parseForm, limit);
  addBodyParser(scope, '*', (bytes) => {
    if (bytes.length === 0) return;
    throw new UnderstudyError(
      'UNDERSTUDY_UNSUPPORTED_TYPE',
      `The Content-Type of a body must be application/json or ${FORM_TYPE}.`,
    );
  });
}

/** Of JSON that may be larger than a string, in bytes. */
const LARGE_LIMIT = 4 * 1024 * 1024 * 1024;

/**
 * Stores a body in a temporary file before it is parsed: that takes longer than a client may take to send its request, and the
 * bytes would take as much memory as their contents.
 */
async function readLargeJson(payload: Readable): Promise<object> {
  let length = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of payload.iterator({ destroyOnReturn: false })) {
      length += (chunk as Buffer).length;
      if (length > LARGE_LIMIT) throw new RefusalError(tooLarge());
      yield chunk as Buffer;
    }
  }
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(tmpdir(), 'understudy-body-'));
    const file = join(folder, 'body.json');
    await pipeline(chunks(), createWriteStream(file, { mode: 0o600 }));
    return objectOf(await parseLargeJson(decodeChunks(createReadStream(file))));
  } catch (error) {
    // A client that can finish sending can read the response.
    payload.resume();
    if (error instanceof RefusalError || error instanceof UnderstudyError) throw error;
    if (error instanceof SyntaxError || error instanceof TypeError) throw notJson(error);
    throw payload.errored === null ? noPlace(error as Error) : endedEarly();
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

function noPlace(cause: Error): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_NOT_SAVED',
    `Nothing was changed, because the body could not be stored in ${tmpdir()} (${cause.message}). Check the disk space and ` +
      'the permissions, or set TMPDIR to another folder.',
    { cause },
  );
}

function endedEarly(): RefusalError {
  return new RefusalError(badRequest(400, 'Bad Request: the body ended early.'));
}

/** Collects a body. Fails if it exceeds `limit` bytes or ends early. */
export function collectBytes(
  payload: Readable,
  limit: number,
  done: (error: RefusalError | undefined, bytes: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  let isDone = false;
  const finish = (error: RefusalError | undefined, bytes: Buffer = noBytes): void => {
    if (isDone) return;
    isDone = true;
    done(error, bytes);
  };
  payload.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else chunks.length = 0;
    if (length > DISCARD_LIMIT) finish(new RefusalError(tooLarge()));
  });
  const failEarly = (): void => {
    // `close` follows every `end`; creating an unused error for it would be expensive.
    if (!isDone) finish(endedEarly());
  };
  payload.on('error', failEarly).on('close', failEarly);
  payload.on('end', () => {
    if (length > limit) finish(new RefusalError(tooLarge()));
    else finish(undefined, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  });
}

const noBytes = Buffer.alloc(0);

function parseJsonObject(bytes: Buffer): object | undefined {
  const text = bytes.toString('utf8');
  if (text.trim() === '') return undefined;
  return objectOf(parseJson(text));
}

function objectOf(value: unknown): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UnderstudyError('UNDERSTUDY_BAD_BODY', 'The body must be a JSON object, e.g. {"Name": "value"}.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notJson(error as Error);
  }
}

function notJson(cause: Error): UnderstudyError {
  const reason = cause.message.slice(0, 200).toWellFormed();
  return new UnderstudyError('UNDERSTUDY_BAD_BODY', `The body is not valid JSON: ${reason}.`, { cause });
}
