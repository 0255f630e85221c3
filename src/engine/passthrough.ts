import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { Call, Caller, Form, RawRequest } from '../core/operation.js';
import { passthroughOperation } from '../core/passthrough.js';

const FORM_TYPE = /^application\/x-www-form-urlencoded\b/i;
const BOUNDARY = /^multipart\/.*\bboundary="?([^";]+)/i;
/** A word of Twilio in a path, where words and identifiers alternate: `Things` in `/v2/Things/{Sid}`. */
const WORD = /^[A-Z][A-Za-z]*(?:\.json)?$/;
const VERSION = /^(?:v\d+|\d{4}-\d\d-\d\d)$/;

/** Turns a request that no operation describes into a call. Backends that forward it send `raw`, and nothing else. */
export function passthroughCall(raw: RawRequest, baseUri: string, caller: Caller): Call {
  const [path = '', ...query] = raw.target.split('?');
  return {
    operation: passthroughOperation(baseUri, raw),
    path: new Map([['Method', raw.method], ...segmentsOf(path)]),
    query: fieldsOf(query.join('?')),
    headers: new Map(),
    form: bodyFields(raw),
    raw,
    caller,
    notes: {},
  };
}

/** One field for each segment, so that a replay can match the identifiers in a path. */
function segmentsOf(path: string): [name: string, segment: string][] {
  return path
    .split('/')
    .slice(1)
    .map((segment, i) => {
      const isWord = (i === 0 && VERSION.test(segment)) || (i % 2 === 1 && WORD.test(segment));
      return [`Path.${i + 1}.${isWord ? 'Word' : 'Value'}`, decoded(segment)];
    });
}

/** The body as far as people and recordings need it: its fields, its text, or its size and hash. */
function bodyFields({ body, headers }: RawRequest): Form {
  if (body === null) return new Map();
  const { 'content-type': given } = headers;
  const type = typeof given === 'string' ? given : '';
  if (FORM_TYPE.test(type)) return fieldsOf(body.toString('utf8'));
  // Each request has another boundary, so an equal form has other bytes.
  const [, boundary] = BOUNDARY.exec(type) ?? [];
  const bytes = boundary === undefined ? body : Buffer.from(body.toString('latin1').replaceAll(boundary, ''), 'latin1');
  if (boundary === undefined && isUtf8(bytes)) return new Map([['(text)', [bytes.toString('utf8')]]]);
  return new Map([['(bytes)', [`${bytes.length}, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`]]]);
}

function fieldsOf(text: string): Form {
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return fields;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
