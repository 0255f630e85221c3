/** The two HTTP surfaces, spoken to as any client would: JSON for rest, forms and Basic auth for twilio. */
import type { Input, Operation } from '../../core/operation.js';
import type { Json } from '../../core/body.js';
import { textOf } from '../model/paths.js';
import type { Answer, Target } from '../model/target.js';
import { fieldsOf } from './form-fields.js';

/** Where one operation lives on a surface; a route of the capability is one. */
export interface Place {
  readonly method: string;
  readonly path: string;
  /** From the input's name on the surface to the operation's parameter. */
  readonly inputs: ReadonlyMap<string, string>;
}

export interface HttpTargetOptions {
  readonly origin: string;
  readonly surface: 'rest' | 'twilio';
  /** The surface's own places, by operation name; without it, Twilio's. */
  readonly places?: ReadonlyMap<string, Place> | undefined;
  readonly credentials?: { readonly user: string; readonly password: string } | undefined;
  /** The origin in commands for people, where the true one will be gone when they try. */
  readonly shownAs?: string | undefined;
}

interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** A surface behind a URL. */
export function httpTarget(options: HttpTargetOptions): Target {
  const { credentials, shownAs } = options;
  const secret = credentials && Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  const authorization = secret === undefined ? {} : { authorization: `Basic ${secret}` };

  return {
    async call(operation, input, signal): Promise<Answer> {
      const { method, url, headers, body } = requestOf(options, operation, input);
      const response = await fetch(url, {
        method,
        // Credentials must not follow a redirect to another host.
        redirect: 'manual',
        headers: { accept: 'application/json', ...authorization, ...headers },
        ...(body === undefined ? {} : { body }),
        signal,
      });
      const text = await response.text();
      return { status: response.status, body: readBody(text), headers: Object.fromEntries(response.headers) };
    },

    curl(operation, input) {
      const shown = { ...options, origin: shownAs ?? options.origin };
      const { method, url, headers, body } = requestOf(shown, operation, input);
      const parts = [
        'curl',
        ...(method === 'GET' || (method === 'POST' && body !== undefined) ? [] : ['-X', method]),
        quote(url),
        ...(credentials ? ['-u', '"$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"'] : []),
        ...Object.entries(headers)
          .filter(([name, value]) => !(name === 'content-type' && value === FORM))
          .flatMap(([name, value]) => ['-H', quote(`${name}: ${value}`)]),
        ...bodyFlags(options.surface, body),
      ];
      return parts.join(' ');
    },
  };
}

const FORM = 'application/x-www-form-urlencoded';

function requestOf({ origin, surface, places }: HttpTargetOptions, operation: Operation, input: Input): Request {
  const place = places?.get(operation.name) ?? nativePlace(operation);
  const where = new Map(operation.parameters.map((each) => [each.name, each.in]));
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let path = place.path;
  let body: string | undefined;
  for (const [name, parameter] of place.inputs) {
    const value = input[parameter];
    if (value === undefined) continue;
    switch (where.get(parameter)) {
      case 'path':
        path = path.replaceAll(`{${name}}`, encodeURIComponent(textOf(value)));
        break;
      case 'header':
        headers[name.toLowerCase()] = textOf(value);
        break;
      case 'query':
        for (const each of [value].flat()) query.append(name, textOf(each));
        break;
      case 'body':
      case undefined:
        break;
    }
  }
  if (operation.method === 'POST') {
    headers['content-type'] = surface === 'rest' ? 'application/json' : FORM;
    const given = input['body'] ?? {};
    body = surface === 'rest' ? JSON.stringify(given) : new URLSearchParams(fieldsOf(given)).toString();
  }
  const search = query.size > 0 ? `?${query.toString()}` : '';
  return { method: place.method, url: `${origin}${path}${search}`, headers, body };
}

function nativePlace({ method, path, parameters }: Operation): Place {
  return { method, path, inputs: new Map(parameters.map(({ name }) => [name, name])) };
}

/** What is no JSON is shown as text, so that a report can say what came. */
function readBody(text: string): Json | null {
  if (text === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text.slice(0, 500);
  }
}

function bodyFlags(surface: 'rest' | 'twilio', body: string | undefined): string[] {
  if (body === undefined) return [];
  if (surface === 'rest') return ['-d', quote(body)];
  return [...new URLSearchParams(body)].flatMap(([name, value]) => ['--data-urlencode', quote(`${name}=${value}`)]);
}

/** In double quotes, so that variables may stand in place of SIDs. */
function quote(text: string): string {
  return /^[\w./:=-]+$/.test(text) ? text : `"${text.replaceAll(/["\\$`]/g, '\\$&')}"`;
}
