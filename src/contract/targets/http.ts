/** Calls one of the two HTTP surfaces as any client would: `rest` with JSON, `twilio` with forms and Basic auth. */
import { type Dispatcher, request } from 'undici';
import type { Json } from '../../core/body.js';
import type { Input, Operation } from '../../core/operation.js';
import { textOf } from '../model/paths.js';
import type { Target } from '../model/target.js';
import { formFieldsOf } from './form-fields.js';
import { withTwilioPages } from './rest-pages.js';

/** How a surface offers one operation. The routes of a capability have this form. */
interface HttpRoute {
  readonly method: string;
  readonly path: string;
  /** The operation's parameter for each input name of the surface. */
  readonly inputs: ReadonlyMap<string, string>;
}

export interface HttpTargetOptions {
  readonly origin: string;
  readonly surface: 'rest' | 'twilio';
  /** The surface's routes, by operation name. Default: Twilio's own paths. */
  readonly routes?: ReadonlyMap<string, HttpRoute> | undefined;
  readonly credentials?: { readonly user: string; readonly password: string } | undefined;
  /** The origin in curl commands, if the real one exists only during the run. Default: `origin`. */
  readonly displayOrigin?: string | undefined;
}

interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** A surface behind a URL. */
export function httpTarget(options: HttpTargetOptions): Target {
  const { credentials } = options;
  const encoded = credentials && Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  const authorization = encoded === undefined ? {} : { authorization: `Basic ${encoded}` };

  return {
    async call(operation, input, signal) {
      const { method, url, headers, body } = requestOf(options, operation, input);
      // It follows no redirects. The credentials must not reach another host.
      const response = await request(url, {
        method,
        headers: { accept: JSON_TYPE, ...authorization, ...headers },
        body: body ?? null,
        signal,
      });
      const parsed = parseBody(await response.body.text());
      const route = operation.verb === 'list' ? options.routes?.get(operation.name) : undefined;
      const answered = route === undefined ? parsed : withTwilioPages(parsed, operation, route);
      return { status: response.statusCode, body: answered, headers: headersOf(response.headers) };
    },
    curl: (operation, input) => curlCommand(options, operation, input),
    origin: options.origin,
  };
}

function curlCommand(options: HttpTargetOptions, operation: Operation, input: Input): string {
  const { origin, displayOrigin = origin, credentials, surface } = options;
  const { method, url, headers, body } = requestOf({ ...options, origin: displayOrigin }, operation, input);
  const isDefaultMethod = method === 'GET' || (method === 'POST' && body !== undefined);
  const parts = [
    'curl',
    ...(isDefaultMethod ? [] : ['-X', method]),
    quote(url),
    ...(credentials ? ['-u', '"$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"'] : []),
    ...Object.entries(headers)
      .filter(([name, value]) => !(name === 'content-type' && value === FORM))
      .flatMap(([name, value]) => ['-H', quote(`${name}: ${value}`)]),
    ...bodyFlags(surface, body),
  ];
  return parts.join(' ');
}

function requestOf({ origin, surface, routes }: HttpTargetOptions, operation: Operation, input: Input): HttpRequest {
  const route = routes?.get(operation.name) ?? twilioRoute(operation);
  const locations = new Map(operation.parameters.map((each) => [each.name, each.in]));
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let path = route.path;
  let body: string | undefined;
  for (const [name, parameter] of route.inputs) {
    const value = input[parameter];
    if (value === undefined) continue;
    switch (locations.get(parameter)) {
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
    headers['content-type'] = surface === 'rest' ? JSON_TYPE : FORM;
    const fields = input['body'] ?? {};
    body = surface === 'rest' ? JSON.stringify(fields) : new URLSearchParams(formFieldsOf(fields)).toString();
  }
  const search = query.size > 0 ? `?${query.toString()}` : '';
  return { method: route.method, url: `${origin}${path}${search}`, headers, body };
}

function twilioRoute({ method, path, parameters }: Operation): HttpRoute {
  return { method, path, inputs: new Map(parameters.map(({ name }) => [name, name])) };
}

/** Repeated headers are joined, as HTTP allows. */
function headersOf(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/** A body that is not JSON is returned as a string, so that reports can show it. */
function parseBody(text: string): Json | null {
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

/** Uses double quotes, because SIDs are replaced by shell variables afterwards. */
function quote(text: string): string {
  return /^[\w./:=-]+$/.test(text) ? text : `"${text.replaceAll(/["\\$`]/g, '\\$&')}"`;
}
