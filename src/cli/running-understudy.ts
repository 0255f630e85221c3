import { Readable } from 'node:stream';
import type { JsonObject } from '../core/body.js';
import { UnderstudyError } from '../core/errors.js';
import { CONTROL_BASE } from '../surfaces/control/paths.js';
import { unreachable } from './failure.js';

/** A running understudy, and the world to use. */
export interface Connection {
  readonly url: string;
  /** Account SID of the world. Undefined: the default world. */
  readonly world?: string | undefined;
  readonly token?: string | undefined;
}

export interface ConnectionRequest {
  /** The inputs of a control, which is then called with POST. */
  readonly form?: URLSearchParams;
  /** The same as JSON text in chunks; takes precedence. */
  readonly json?: AsyncIterable<string | Buffer>;
  readonly signal?: AbortSignal;
}

/**
 * Sends a request to a path below the controls of a running understudy.
 * @throws UnderstudyError if no understudy answers, or if it refuses
 */
export async function sendTo(
  { url, world, token }: Connection,
  path: string,
  { form, json, signal }: ConnectionRequest = {},
): Promise<Response> {
  // The server accepts a form that changes something only with a header of its own.
  const headers: Record<string, string> = { 'understudy-request': '1' };
  if (world !== undefined) headers['understudy-world'] = world;
  if (token !== undefined) headers['understudy-token'] = token;
  let response: Response;
  try {
    const body = form && { method: 'POST', body: form };
    const stream = json && { method: 'POST', body: Readable.toWeb(Readable.from(json)), duplex: 'half' };
    if (json !== undefined) headers['content-type'] = 'application/json';
    const init = { headers, ...(signal && { signal }), ...(stream ?? body) } as RequestInit;
    response = await fetch(url + CONTROL_BASE + path, init);
  } catch (cause) {
    throw unreachable(url, 'set --url', cause);
  }
  if (response.ok) return response;
  const { message } = await jsonOf(response);
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_REQUEST',
    typeof message === 'string' ? message : `${url} responded with ${response.status}: not an understudy?`,
  );
}

/** The same for a response in JSON. */
export async function requestJson(
  connection: Connection,
  path: string,
  request?: ConnectionRequest,
): Promise<JsonObject> {
  return jsonOf(await sendTo(connection, path, request));
}

async function jsonOf(response: Response): Promise<JsonObject> {
  return (await response.json().catch(() => ({}))) as JsonObject;
}
