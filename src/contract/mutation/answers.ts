/** Mutations of a whole response: its status, additional keys, swapped SIDs, headers, an empty body. */
import type { Json, JsonObject } from '../../core/body.js';
import { isObject } from '../model/paths.js';
import type { Answer } from '../model/target.js';
import { type AnswerChange, answerMutation, type Mutation } from './mutation.js';

const SID = /^[A-Z]{2}[0-9a-f]{32}$/;

/** The mutations that fit the responses of any operation. */
export function answerMutations(operation: string): Mutation[] {
  const mutation = (kind: string, change: AnswerChange) => answerMutation({ kind, operation, path: '' }, change);
  const withoutHeader = (kind: string, name: string): Mutation => ({
    ...mutation(kind, (answer) => dropHeader(answer, name)),
    needs: 'headers',
  });
  return [
    mutation('change a success status', (answer) =>
      answer.status < 300 ? { ...answer, status: answer.status === 200 ? 201 : 200 } : undefined,
    ),
    mutation('replace a success by an error', (answer) =>
      answer.status < 300
        ? { ...answer, status: 500, body: { message: 'Internal Server Error', status: 500 } }
        : undefined,
    ),
    mutation('add a key', (answer) =>
      isObject(answer.body) ? { ...answer, body: { ...answer.body, surprise: true } } : undefined,
    ),
    mutation('add a key to every record', ({ body, ...rest }, { only, free = {} }) => {
      const list = recordsOf(body);
      if (list === undefined || list.records.length === 0 || only === 'ours' || free[list.key] !== undefined)
        return undefined;
      const records = list.records.map((record) => ({ ...record, surprise: 1 }));
      return { ...rest, body: { ...list.body, [list.key]: records } };
    }),
    mutation('swap two SIDs', (answer, { only }) => {
      const body = only === 'ours' ? undefined : withSwappedSids(answer.body);
      return body && { ...answer, body };
    }),
    mutation('close the connection', () => 'none'),
    mutation('drop the body', (answer) => (answer.body === null ? undefined : { ...answer, body: null })),
    mutation('replace JSON by HTML', (answer) =>
      answer.body === null ? undefined : { ...answer, body: '<html>Bad Gateway</html>' },
    ),
    mutation('add a body', (answer) => (answer.body === null ? { ...answer, body: { deleted: true } } : undefined)),
    mutation('cut the body in half', (answer) => {
      if (answer.body === null) return undefined;
      const text = JSON.stringify(answer.body);
      return { ...answer, body: text.slice(0, text.length / 2) };
    }),
    withoutHeader('drop the content type', 'content-type'),
    {
      ...mutation('change the content type', (answer) =>
        answer.body === null
          ? undefined
          : { ...answer, headers: { ...answer.headers, 'content-type': 'text/html; charset=utf-8' } },
      ),
      needs: 'headers',
    },
    withoutHeader('drop the request id', 'twilio-request-id'),
  ];
}

function dropHeader(answer: Answer, name: string): Answer | undefined {
  if (answer.headers?.[name] === undefined) return undefined;
  const { [name]: _, ...headers } = answer.headers;
  return { ...answer, headers };
}

/** The records of a list response, their key, and the whole body. */
export function recordsOf(
  body: Json | null,
): { body: JsonObject; key: string; records: readonly JsonObject[] } | undefined {
  if (!isObject(body) || body['meta'] === undefined) return undefined;
  const entry = Object.entries(body).find(([, value]) => Array.isArray(value));
  return entry && { body, key: entry[0], records: entry[1] as readonly JsonObject[] };
}

function withSwappedSids(body: Json | null): JsonObject | undefined {
  if (!isObject(body)) return undefined;
  const [first, second] = Object.entries(body).filter(([, value]) => typeof value === 'string' && SID.test(value));
  if (first === undefined || second === undefined || first[1] === second[1]) return undefined;
  return { ...body, [first[0]]: second[1], [second[0]]: first[1] };
}
