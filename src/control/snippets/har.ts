import type { Json, JsonObject } from '../../core/body.js';
import { isJsonObject } from '../../core/body.js';
import type { Exchange } from '../../core/operation.js';

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Exchanges as an HTTP Archive 1.2, which browsers' developer tools and other HTTP tools open. */
export function toHar(exchanges: readonly Exchange[], origin: string, version: string): JsonObject {
  const creator = { name: 'twilio-understudy', version };
  return { log: { version: '1.2', creator, entries: exchanges.map((exchange) => toEntry(exchange, origin)) } };
}

function toEntry(exchange: Exchange, origin: string): JsonObject {
  const { id, operation, surface, started, milliseconds, method, status, answer, headers, fault } = exchange;
  const url = urlOf(exchange, origin);
  const text = answer === null ? '' : typeof answer === 'string' ? answer : JSON.stringify(answer);
  return {
    startedDateTime: new Date(started).toISOString(),
    time: milliseconds,
    request: {
      method,
      url: url.href,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairsOf(headers?.request ?? {}),
      queryString: Array.from(url.searchParams, ([name, value]) => ({ name, value })),
      ...postDataOf(exchange),
      headersSize: -1,
      bodySize: -1,
    },
    response: {
      status,
      statusText: '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairsOf(headers?.response ?? {}),
      content: {
        size: Buffer.byteLength(text),
        mimeType: headers?.response['content-type'] ?? (text === '' ? '' : 'application/json'),
        text,
      },
      redirectURL: '',
      headersSize: -1,
      bodySize: Buffer.byteLength(text),
    },
    cache: {},
    timings: { send: 0, wait: milliseconds, receive: 0 },
    comment: `#${id} ${operation} by ${surface}${fault === null ? '' : `, fault rule ${fault.rule ?? 'in header'}`}`,
  };
}

/** Appended, not resolved: a path that begins with `//` is not another host. */
function urlOf({ url }: Exchange, origin: string): URL {
  return new URL(URL.canParse(origin + url) ? origin + url : origin);
}

const pairsOf = (values: Readonly<Record<string, string>>): JsonObject[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

/** The form as the journal has it: without secrets, and in form encoding also if it was sent as JSON. */
function postDataOf({ input }: Exchange): JsonObject {
  const body = isJsonObject(input) ? input['body'] : undefined;
  if (!isJsonObject(body)) return {};
  const params = Object.entries(body).flatMap(([name, value]) => textsOf(value).map((each) => ({ name, value: each })));
  const text = new URLSearchParams(params.map(({ name, value }): [string, string] => [name, value])).toString();
  return { postData: { mimeType: FORM_TYPE, params, text } };
}

function textsOf(value: Json | undefined): string[] {
  const values: readonly (Json | undefined)[] = Array.isArray(value) ? value : [value];
  return values.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
}
