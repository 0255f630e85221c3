/**
 * Uploads and downloads: bodies that are streamed, so that no file is kept in memory. They are never repeated, because what
 * was read of a stream is gone.
 */
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { bodyOfBytes } from '../../core/body.js';
import { UnderstudyError } from '../../core/errors.js';
import type { Call, Result } from '../../core/operation.js';
import { encode } from './encode.js';
import { toFailure } from './failures.js';
import type { LiveLimits } from './limits.js';
import { createPool } from './pool.js';
import { forwardedHeaders } from './receive.js';

export interface StreamOptions {
  readonly origin: string;
  /** What paths begin with there. */
  readonly prefix: string;
  readonly userAgent: string;
  readonly limits: LiveLimits;
}

export interface Streams {
  /** @param authorization the header; undefined for operations that need none */
  answer(call: Call, authorization: string | undefined): Promise<Result>;
  close(): Promise<void>;
}

/** Whether a call is answered here. */
export const isStreamed = ({ upload, operation }: Call): boolean =>
  upload !== undefined || operation.isDownload === true;

export function createStreams({ origin, prefix, userAgent, limits }: StreamOptions): Streams {
  const { longestAnswer } = limits;
  const pool = createPool(origin, limits);

  async function answer(call: Call, authorization: string | undefined): Promise<Result> {
    const { upload, operation, caller } = call;
    const request = encode(call);
    const headers: Record<string, string> = {
      ...request.headers,
      'user-agent': userAgent,
      'accept-encoding': 'identity',
    };
    if (authorization !== undefined && operation.isPublic !== true) headers['authorization'] = authorization;
    const sent = upload?.forward();
    if (sent !== undefined) {
      // In the spelling of the parameter, and without the boundary of a form.
      delete headers['Content-Type'];
      headers['content-type'] = sent.contentType ?? 'application/octet-stream';
      if (sent.length !== undefined) headers['content-length'] = String(sent.length);
    }
    const abort = new AbortController();
    const leave = (): void => abort.abort(disconnected());
    caller.signal?.addEventListener('abort', leave);
    const path = prefix + request.path;
    const body: Readable | null = sent?.bytes ?? null;
    try {
      const response = await pool.request({ method: operation.method, path, headers, body, signal: abort.signal });
      if (operation.isDownload === true && response.statusCode === 200) return download(response);
      return await readAnswer(response, longestAnswer);
    } catch (error) {
      throw toFailure(error, request, origin);
    } finally {
      caller.signal?.removeEventListener('abort', leave);
      body?.destroy();
    }
  }

  return { answer, close: () => pool.destroy() };
}

function download({ statusCode: status, headers, body }: Dispatcher.ResponseData): Result {
  const { 'content-length': length } = headers;
  const size = typeof length === 'string' ? Number(length) : undefined;
  return { status, headers: forwardedHeaders(headers), body: null, content: { size, open: () => body } };
}

async function readAnswer(
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  limit: number,
): Promise<Result> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += (chunk as Buffer).length;
    if (size > limit)
      throw new UnderstudyError('UNDERSTUDY_UPSTREAM_BAD_ANSWER', `The response is larger than ${limit} bytes.`);
    chunks.push(chunk as Buffer);
  }
  return { status, headers: forwardedHeaders(headers), body: size === 0 ? null : bodyOfBytes(Buffer.concat(chunks)) };
}

function disconnected(): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_CANCELLED', 'The caller disconnected before the file was transferred.');
}
