import { describe, expect, test } from 'vitest';
import { withGuards } from '../../../src/backends/guards.js';
import { createDryRun } from '../../../src/backends/live/dry-run.js';
import { withLocalPageUrls } from '../../../src/backends/local-page-urls.js';
import type { Caller, Input } from '../../../src/core/operation.js';
import { bodyOfText } from '../../../src/core/body.js';
import { createEcho } from '../../helpers/echo.js';
import { binding, caller, capability, failureOf, SERVICE } from './harness.js';
import { operationNamed } from '../../helpers/operations.js';

function guardedEcho(options: { allow?: string[]; readOnly?: boolean }) {
  const { allow, readOnly = false } = options;
  const echo = createEcho();
  const backend = withGuards({
    allow: allow && new Set(allow.map((name) => operationNamed(name).id)),
    readOnly,
    passthrough: true,
  })(echo);
  const call = async (operation: string, input: Input) => backend.answer(binding.bind(operation, input, caller).call);
  return { echo, call };
}

describe('a guard', () => {
  test('lets allowed operations through and names the refused one', async () => {
    const { echo, call } = guardedEcho({ allow: ['fetchservice', 'fetchserviceuser'] });
    expect((await call('fetchservice', { Sid: SERVICE })).status).toBe(200);
    const failure = await failureOf(call('createservice', {}));
    expect(failure).toMatchObject({ name: 'UNDERSTUDY_NOT_ALLOWED', status: 403 });
    expect(failure.message).toBe('`createservice` was refused: --allow does not list it. Nothing was sent.');
    expect(echo.calls).toHaveLength(1);
  });

  test('refuses a slash in a path parameter, which could reach another operation', async () => {
    const { call } = guardedEcho({ allow: ['fetchserviceuser'] });
    const Sid = `alice/Conversations/CH${'0'.repeat(32)}`;
    expect(await failureOf(call('fetchserviceuser', { ChatServiceSid: SERVICE, Sid }))).toMatchObject({ status: 403 });
  });

  test('refuses every write with --read-only', async () => {
    const { echo, call } = guardedEcho({ readOnly: true });
    await call('listservice', {});
    expect(await failureOf(call('createservice', {}))).toMatchObject({ status: 403 });
    expect(await failureOf(call('deleteservice', { Sid: SERVICE }))).toMatchObject({ status: 403 });
    expect(echo.calls).toHaveLength(1);
  });
});

test('a dry run shows the request that would be sent', async () => {
  const shown: object[] = [];
  const log = { debug() {}, info: (fields: object) => void shown.push(fields), warn() {}, error() {} };
  const dry = createDryRun(new Map(), log);
  const input = { ChatServiceSid: SERVICE, Sid: 'a b', body: { FriendlyName: 'Ä' } };
  const { call } = binding.bind('updateserviceuser', input, caller);
  const failure = await failureOf((async () => dry.answer(call))());
  expect(failure).toMatchObject({ name: 'UNDERSTUDY_DRY_RUN', status: 403 });
  const url = `https://conversations.twilio.com/v1/Services/${SERVICE}/Users/a%20b`;
  expect(failure.message).toBe(`Dry run, nothing was sent. The request would be: POST ${url} with FriendlyName=%C3%84`);
  expect(shown).toMatchObject([{ method: 'POST', url }]);
});

async function listThrough(text: string, overrides: Partial<Caller>, hasTwilioUrls = true) {
  const { routes } = capability;
  const backend = withLocalPageUrls({ routes, hasTwilioUrls })({
    answer: () => ({ status: 200, headers: {}, body: bodyOfText(text) }),
  });
  const { body } = await backend.answer(
    binding.bind('listserviceuser', { ChatServiceSid: 'IS1' }, { ...caller, ...overrides }).call,
  );
  return body?.text;
}

describe('page URLs', () => {
  const there = 'https://conversations.dublin.ie1.twilio.com';
  const page = (origin: string, path = '/v1/Services/IS1/Users') =>
    `{"users": [{"url":"${there}/v1/Services/IS1/Users/US1","attributes":"{\\"meta\\":{\\"url\\":\\"${there}/x\\"}}"}],\n` +
    ` "meta":{"page":1, "first_page_url":"${origin}${path}?Page=0","previous_page_url":null,` +
    `"url" : "${origin}${path}?Page=1", "next_page_url":"${origin}${path}?Page=2&PageToken=PTx","key":"users"}}`;

  const origin = 'http://127.0.0.1:8080';

  test.each(['twilio', 'mcp'] as const)(
    'lead to this server for a caller of %s, and no other byte changes',
    async (surface) => {
      expect(await listThrough(page(there), { surface, origin })).toBe(page(origin));
      expect(await listThrough(page(there).replaceAll('/', '\\/'), { surface, origin })).toContain(origin);
    },
  );

  test.each([true, false])(
    'have the own paths of the REST surface for its callers, in every mode',
    async (hasTwilioUrls) => {
      const expected = page(origin, '/v1/v1/services/IS1/users');
      expect(await listThrough(page(there), { surface: 'rest', origin }, hasTwilioUrls)).toBe(expected);
      const escaped = page(there).replaceAll(
        `${there}/v1/Services/IS1/Users?`,
        `${there}/v1/Services/IS1/Users?`.replaceAll('/', '\\/'),
      );
      expect(await listThrough(escaped, { surface: 'rest', origin }, hasTwilioUrls)).toBe(expected);
    },
  );

  test('are left to a backend that knows this server, except on the REST surface', async () => {
    expect(await listThrough(page(there), { surface: 'twilio', origin }, false)).toBe(page(there));
  });

  test('are unchanged for a caller in this process', async () => {
    expect(await listThrough(page(there), { surface: 'engine', origin })).toBe(page(there));
  });

  test('are the only URLs that change: those of a response without pages stay', async () => {
    const text = `{"url":"${there}/v1/Services/IS1","links":{"users":"${there}/v1/Services/IS1/Users"}}`;
    expect(await listThrough(text, { surface: 'twilio' })).toBe(text);
  });
});
