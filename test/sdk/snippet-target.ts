import { toSdkCall } from '../../src/control/snippets/sdk-call.js';
import type { JsonObject } from '../../src/core/body.js';
import type { Exchange, Input, Operation } from '../../src/core/operation.js';
import type { Answer, Target } from '../../src/contract/model/target.js';
import { formFieldsOf } from '../../src/contract/targets/form-fields.js';
import type { Client, WatchedClient } from './harness.js';

/**
 * Makes calls with the official SDK, by the code that the journal shows for a call; other calls go to `otherwise`.
 * Adds the operations that succeeded through the SDK to `succeeded`.
 */
export function sdkTarget({ client, responses }: WatchedClient, otherwise: Target, succeeded: Set<string>): Target {
  return {
    async call(operation, input, signal): Promise<Answer> {
      if (!isInSdk(operation, client)) return otherwise.call(operation, input, signal);
      responses.length = 0;
      const problem = await evaluate(codeOf(operation, input), client).catch((error: unknown) => error);
      const [answer] = responses;
      // The SDK refuses some calls itself, such as a create without a required field.
      if (answer === undefined) return otherwise.call(operation, input, signal);
      if (answer.status >= 400) return answer;
      if (problem !== undefined) throw problem;
      succeeded.add(operation.name);
      return answer;
    },
  };
}

/** Whether the installed SDK has the method that calls an operation. */
export function isInSdk(operation: Operation, client: Client): boolean {
  try {
    return typeof run(methodOf(operation), client) === 'function';
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The SDK's method that calls an operation: `client.conversations.v1.roles("x").fetch`. */
export function methodOf(operation: Operation): string {
  const paths = operation.parameters.filter((each) => each.in === 'path').map(({ name }) => [name, 'x']);
  const code = codeOf(operation, Object.fromEntries(paths) as Input);
  return /^(.+?\.\w+)\((?:\{.*\})?\)$/s.exec(code)?.[1] ?? '';
}

function codeOf(operation: Operation, input: Input): string {
  const exchange = { input: asInJournal(input) } as Exchange;
  return toSdkCall(exchange, operation).replace(/^await |;$/g, '');
}

/** The journal keeps a body as form fields. */
function asInJournal({ body, ...rest }: Input): JsonObject {
  if (body === undefined) return rest as JsonObject;
  const fields = new Map<string, string[]>();
  for (const [name, value] of formFieldsOf(body)) fields.set(name, [...(fields.get(name) ?? []), value]);
  const entries = [...fields].map(([name, values]) => [name, values.length > 1 ? values : (values[0] ?? '')] as const);
  return { ...rest, body: Object.fromEntries(entries) };
}

/** Resolves with nothing: the responses are read off the wire. */
async function evaluate(code: string, client: Client): Promise<undefined> {
  await run(code, client);
  return undefined;
}

function run(code: string, client: Client): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval -- the snippet is what is tested
  return (new Function('client', `return ${code}`) as (given: Client) => unknown)(client);
}
