import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { loadCapability } from '../../src/capability/load.js';
import { loadShapes } from '../../src/capability/shapes.js';
import { twilioClientFor } from '../../src/library/client.js';
import type { Call, Operation } from '../../src/core/operation.js';
import type { Json, JsonObject } from '../../src/core/body.js';
import { startUnderstudy } from '../../src/app/create-understudy.js';
import { createEcho } from '../helpers/echo.js';
import { ACCOUNT } from '../helpers/understudy.js';

const capability = loadCapability();
const { operations } = loadShapes();

/** A value for everything that an operation can be given; a list has two. */
function everything({ name, parameters }: Operation): JsonObject {
  const given = parameters.filter(({ in: place }) => place !== 'body').map((each) => [each.name, valueOf(each.name)]);
  const fields = [...(operations.get(name)?.form ?? [])].map(([field, schema]) => [
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
  const spell = async (control: string): Promise<string> => {
    const { lines } = (await understudy.controls.run(control, undefined, { limit: 1 })) as { lines: string[] };
    return lines[0] ?? '';
  };
  return { echo, understudy, spell };
}

const plain = ({ operation, path, query, headers, form }: Call) => ({
  operation: operation.name,
  path: [...path],
  query: new Map(query),
  headers: [...headers],
  form: new Map(form),
});

test('every operation, spelt as an SDK call, makes the same call again', async () => {
  const { echo, understudy, spell } = await start();
  const client = twilioClientFor({ url: understudy.restUrl, accountSid: ACCOUNT, authToken: 'x' });
  const run = async (code: string): Promise<void> => {
    const call = code.replace(/^await /, 'return ');
    // The echo is no answer that the SDK understands; that it asked is what counts.
    // oxlint-disable-next-line typescript/no-implied-eval -- to run what was spelt is the test
    await (new Function('client', call) as (given: typeof client) => Promise<unknown>)(client).catch(() => undefined);
  };
  for (const operation of capability.operations) {
    const caller = { surface: 'engine', origin: understudy.restUrl, account: ACCOUNT } as const;
    await understudy.engine.call(operation.name, everything(operation), caller);
    const code = await spell('journal.sdk');
    const before = echo.calls.length;
    await run(code);
    const [asked, again] = [echo.calls[before - 1], echo.calls[before]];
    expect(again && plain(again), `by ${code}`).toEqual(asked && plain(asked));
  }
});

test('a list is asked by its limit, and one page of it by its token', async () => {
  const { understudy, spell } = await start();
  const caller = { surface: 'engine', origin: understudy.restUrl } as const;
  const place = { ChatServiceSid: 'IS1', ConversationSid: 'CH1' };
  await understudy.engine.call('listserviceconversationmessage', { ...place, Order: 'desc', PageSize: 20 }, caller);
  expect(await spell('journal.sdk')).toBe(
    `await client.conversations.v1.services("IS1").conversations("CH1").messages.list({\n  order: "desc",\n  limit: 20,\n});`,
  );
  await understudy.engine.call('listserviceconversationmessage', { ...place, PageToken: 'PT4' }, caller);
  expect(await spell('journal.sdk')).toContain('.messages.page({\n  pageToken: "PT4",\n});');
});

test('an exchange is a step of a scenario, without the SIDs of what it lies in', async () => {
  const { understudy, spell } = await start();
  const caller = { surface: 'engine', origin: understudy.restUrl } as const;
  const input = { ChatServiceSid: 'IS1', ConversationSid: 'CH1', body: { Body: 'one: two' } };
  await understudy.engine.call('createserviceconversationmessage', input, caller);
  expect(parse(await spell('journal.step'))).toEqual([
    { name: 'request 1', operation: 'createserviceconversationmessage', input: { body: { Body: 'one: two' } } },
  ]);
});
