/**
 * The frames of Twilsock, the protocol of Twilio's client SDKs. A WebSocket message is one frame: the line
 * `TWILSOCK V3.0 <bytes of the header>`, a JSON header, an empty line's end, and the payload. Lengths are in bytes.
 */
import type { JsonObject } from '../../core/body.js';
import type { Notification } from '../../core/client-view.js';

export interface Frame {
  readonly method: string;
  readonly id: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: string;
}

const MAGIC = /^TWILSOCK V3\.0 (\d{1,8})\r\n$/;
/** Longer than any valid first line. */
const MAX_LINE = 40;
const LINE_END = Buffer.from('\r\n');
const MAX_ID = 256;

/** Parses a frame. @returns what is wrong with it, if it is none */
export function parseFrame(bytes: Buffer): Frame | string {
  const lineEnd = bytes.subarray(0, MAX_LINE).indexOf(LINE_END);
  const magic = MAGIC.exec(bytes.toString('latin1', 0, lineEnd === -1 ? 0 : lineEnd + 2));
  if (magic === null) return 'it does not begin with TWILSOCK V3.0 and the length of its header';
  const start = lineEnd + 2;
  const end = start + Number(magic[1]);
  if (bytes.length < end + 2) return 'it is shorter than its header says';
  const header = parseObject(bytes.toString('utf8', start, end));
  if (header === undefined) return 'its header is not a JSON object';
  const { method, id, payload_size: size = 0 } = header;
  if (typeof method !== 'string' || typeof id !== 'string' || id.length > MAX_ID) return 'it has no method or no id';
  if (typeof size !== 'number' || bytes.length !== end + 2 + size) return 'its payload is not as long as it says';
  return { method, id, header, payload: bytes.toString('utf8', end + 2) };
}

/** Encodes a frame. The payload is JSON text. */
export function encodeFrame(header: JsonObject, payload = ''): Buffer {
  const size = Buffer.byteLength(payload);
  const type = size === 0 ? {} : { payload_type: 'application/json' };
  const text = JSON.stringify({ ...header, ...type, payload_size: size });
  return Buffer.from(`TWILSOCK V3.0 ${Buffer.byteLength(text)}\r\n${text}\r\n${payload}`);
}

/** Parses the JSON text of an object; undefined if it is none. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

export function encodeNotification(id: string, { type, payload }: Notification): Buffer {
  return encodeFrame({ method: 'notification', id, message_type: type }, JSON.stringify(payload));
}

/** The methods of frames. Metrics count others together, because a client can make up any number of them. */
export const METHODS = new Set([
  'init',
  'update',
  'message',
  'reply',
  'close',
  'ping',
  'telemetry.v1',
  'put_notification_ctx',
  'delete_notification_ctx',
]);
