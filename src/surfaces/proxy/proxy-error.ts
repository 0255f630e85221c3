import type { ServerResponse } from 'node:http';
import { internalError, rawRefusal, refusalOf } from '../http/refusal.js';

/** An error as a whole HTTP message, for a connection that has no response object. */
export function rawError(error: unknown): string {
  return rawRefusal(refusalOf(error) ?? internalError());
}

export function sendError(response: ServerResponse, error: unknown): void {
  const { status, body, headers } = refusalOf(error) ?? internalError();
  const text = JSON.stringify(body);
  const length = Buffer.byteLength(text);
  response.writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': length }).end(text);
}
