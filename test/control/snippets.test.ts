import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes } from '../../src/capability/shapes.js';
import { twilioClientFor } from '../../src/library/client.js';
import type { Call, Operation } from '../../src/core/operation.js';
import { visibleForm } from '../../src/core/redact.js';
import type { Json, JsonObject } from '../../src/core/body.js';
import { startUnderstudy } from '../../src/app/start-understudy.js';
import { createEcho } from '../helpers/echo.js';
import { ACCOUNT } from '../helpers/understudy.js';
import { isInSdk } from '../sdk/snippet-target.js';

const capability = loadCapability();
const shapes = loadShapes();

/** An input with every parameter and field of an operation; lists have two items. */
function fullInput(operation: Operation): JsonObject {
  const given = operation.parameters
    .filter(({ in: location }) => location !== 'body')
    .map((each) => [each.name, valueOf(each.name)]);
  const fields = [...(shapes.of(operation)?.form ?? [])].map(([field, schema]) => [
    field,
    schema['type'] === 'array' ? ['one', 'two'] : valueOf(field),
  ]);
  return { ...Object.fromEntries(given), ...(fields.length > 0 ? { body: Object.fromEntries(fields) } : {}) };
}

function valueOf(name: string): Json {
  if (name.endsWith('Sid')) return `${name}1`;
  if (name === 'PageSize' || name === 'Page') return '2';
  return /Enabled$|Date/.test(name) ? (name.includes('Date') ? '2026-01-01T00:00:00Z' : 'true') : `a "${name}" \\ 'ä'`;
}

async function start() {
  const echo = createEcho();
  const understudy = await startUnderstudy(
    { restPort: 0, mcpPort: 0, logLevel: 'silent', checkAnswers: false },
    { capability, createBackend: () => Promise.resolve(echo) },
  );
  onTestFinished(understudy.close);
  const snippetOf = async (control: string): Promise<string> => {
    const { lines } = (await understudy.controls.run(control, undefined, { limit: 1 })) as { lines: string[] };
    return lines[0] ?? '';
  };
  return { echo, understudy, snippetOf };
}

/** A snippet repeats a call without its secrets. */
const comparable = ({ operation, path, query, headers, form }: Call) => ({
  operation: operation.name,
  path: [...path],
  query: new Map(query),
  headers: [...headers],
  form: new Map(visibleForm({ operation, form })),
});

test('the SDK snippet of every operation of the SDK repeats the call', async () => {
  const { echo, understudy, snippetOf } = await start();
  const client = twilioClientFor({ url: understudy.restUrl, accountSid: ACCOUNT, authToken: 'x' });
  const run = async (code: string): Promise<void> => {
    const call = code.replace(/^await /, 'return ');
    // The SDK rejects the echo's response; only the request matters.
    // oxlint-disable-next-line typescript/no-implied-eval -- the test runs the snippet
    await (new Function('client', call) as (given: typeof client) => Promise<unknown>)(client).catch(() => undefined);
  };
  for (const operation of capability.operations.filter((each) => isInSdk(each, client))) {
    const caller = { surface: 'engine', origin: understudy.restUrl, account: ACCOUNT } as const;
    await understudy.engine.call(operation.name, fullInput(operation), caller);
    const snippet = await snippetOf('journal.sdk');
    const before = echo.calls.length;
    await run(snippet);
    const [original, repeated] = [echo.calls[before - 1], echo.calls[before]];
    expect(repeated && comparable(repeated), `by ${snippet}`).toEqual(original && comparable(original));
  }
});

test('the SDK snippet of a list has a limit, and that of a page has a token', async () => {
  const { understudy, snippetOf } = await start();
  const caller = { surface: 'engine', origin: understudy.restUrl } as const;
  const parents = { ChatServiceSid: 'IS1', ConversationSid: 'CH1' };
  await understudy.engine.call('listserviceconversationmessage', { ...parents, Order: 'desc', PageSize: 20 }, caller);
  expect(await snippetOf('journal.sdk')).toBe(
    `await client.conversations.v1.services("IS1").conversations("CH1").messages.list({\n  order: "desc",\n  limit: 20,\n});`,
  );
  await understudy.engine.call('listserviceconversationmessage', { ...parents, PageToken: 'PT4' }, caller);
  expect(await snippetOf('journal.sdk')).toContain('.messages.page({\n  pageToken: "PT4",\n});');
});

test('a snippet of a credential has no secret', async () => {
  const { understudy, snippetOf } = await start();
  const caller = { surface: 'engine', origin: understudy.restUrl } as const;
  const body = { Type: 'fcm', Secret: 'planted-push-secret' };
  await understudy.engine.call('createcredential', { body }, caller);
  expect(await snippetOf('journal.sdk')).toBe(
    `await client.conversations.v1.credentials.create({\n  type: "fcm",\n  secret: "[redacted]",\n});`,
  );
  for (const control of ['journal.curl', 'journal.step']) {
    expect(await snippetOf(control)).toContain('[redacted]');
    expect(await snippetOf(control)).not.toContain('planted');
  }
  expect(JSON.stringify(understudy.journal.entries().map(({ input }) => input))).not.toContain('planted');
});

test('a scenario step omits the SIDs of parent resources', async () => {
  const { understudy, snippetOf } = await start();
  const caller = { surface: 'engine', origin: understudy.restUrl } as const;
  const input = { ChatServiceSid: 'IS1', ConversationSid: 'CH1', body: { Body: 'one: two' } };
  await understudy.engine.call('createserviceconversationmessage', input, caller);
  expect(parse(await snippetOf('journal.step'))).toEqual([
    { name: 'request 1', operation: 'createserviceconversationmessage', input: { body: { Body: 'one: two' } } },
  ]);
});
