/** Lies about an answer as a whole: its status, keys that nobody knows, SIDs that change places, headers, no body. */
import type { Json, JsonObject } from '../../core/body.js';
import { isObject } from '../model/paths.js';
import { lyingAnswer, type Plant } from './mutation.js';

const SID = /^[A-Z]{2}[0-9a-f]{32}$/;

/** The lies that can be told of any answer of an operation. */
export function plantsOnAnswers(operation: string): Plant[] {
  const plant = (kind: string, lie: Parameters<typeof lyingAnswer>[1]) =>
    lyingAnswer({ kind, operation, path: '' }, lie);
  const headerless = (kind: string, name: string): Plant => ({
    ...plant(kind, (answer) => withoutHeader(answer, name)),
    needs: 'headers',
  });
  return [
    plant('change a status', (answer) =>
      answer.status < 300 ? { ...answer, status: answer.status === 200 ? 201 : 200 } : undefined,
    ),
    plant('change the status of a refusal', (answer) =>
      answer.status >= 400 ? { ...answer, status: answer.status === 400 ? 404 : 400 } : undefined,
    ),
    plant('refuse what is fine', (answer) =>
      answer.status < 300
        ? { ...answer, status: 500, body: { message: 'Internal Server Error', status: 500 } }
        : undefined,
    ),
    plant('grant what is refused', (answer) =>
      answer.status >= 400 ? { ...answer, status: 200, body: {} } : undefined,
    ),
    plant('add a key', (answer) =>
      isObject(answer.body) ? { ...answer, body: { ...answer.body, surprise: true } } : undefined,
    ),
    plant('add a key to every record', ({ body, ...rest }, { only, free = {} }) => {
      const list = recordsOf(body);
      if (list === undefined || list.records.length === 0 || only === 'ours' || free[list.key] !== undefined)
        return undefined;
      return {
        ...rest,
        body: { ...list.body, [list.key]: list.records.map((record) => ({ ...record, surprise: 1 })) },
      };
    }),
    plant('swap two SIDs', (answer, { only }) => {
      const body = only === 'ours' ? undefined : swapped(answer.body);
      return body && { ...answer, body };
    }),
    plant('break off', () => 'none'),
    plant('answer nothing', (answer) => (answer.body === null ? undefined : { ...answer, body: null })),
    plant('answer no JSON', (answer) =>
      answer.body === null ? undefined : { ...answer, body: '<html>Bad Gateway</html>' },
    ),
    plant('answer a body where there is none', (answer) =>
      answer.body === null ? { ...answer, body: { deleted: true } } : undefined,
    ),
    headerless('lose the content type', 'content-type'),
    headerless('lose the request id', 'twilio-request-id'),
  ];
}

function withoutHeader<T extends { headers?: Readonly<Record<string, string>> | undefined }>(
  answer: T,
  name: string,
): T | undefined {
  if (answer.headers?.[name] === undefined) return undefined;
  const { [name]: _, ...headers } = answer.headers;
  return { ...answer, headers };
}

/** A list's records and what is around them. */
export function recordsOf(
  body: Json | null,
): { body: JsonObject; key: string; records: readonly JsonObject[] } | undefined {
  if (!isObject(body) || body['meta'] === undefined) return undefined;
  const entry = Object.entries(body).find(([, value]) => Array.isArray(value));
  return entry && { body, key: entry[0], records: entry[1] as readonly JsonObject[] };
}

function swapped(body: Json | null): JsonObject | undefined {
  if (!isObject(body)) return undefined;
  const [first, second] = Object.entries(body).filter(([, value]) => typeof value === 'string' && SID.test(value));
  if (first === undefined || second === undefined || first[1] === second[1]) return undefined;
  return { ...body, [first[0]]: second[1], [second[0]]: first[1] };
}
