import { describe, expect, it } from 'vitest';
import { UnderstudyError } from '../../src/core/errors.js';
import type { Engine, Outcome } from '../../src/core/operation.js';
import { bodyOf } from '../../src/core/body.js';
import { createToolbox } from '../../src/surfaces/mcp/tools.js';
import { capability, createEchoEngine, describeField, log, ORIGIN, shapes } from './mcp-harness.js';

const { tools } = capability;
const caller = { surface: 'mcp', origin: ORIGIN } as const;

const respondWith = (outcome: Partial<Outcome['result']>, ignored: string[] = []): Engine => ({
  operations: [],
  call: () => Promise.resolve({ result: { status: 200, headers: {}, body: null, ...outcome }, ignored }),
});
const call = (engine: Engine, name: string, args: Record<string, unknown>) =>
  createToolbox({ tools, shapes, describeField, engine, log }).call(name, args, caller);

describe('a tool call', () => {
  it('passes the arguments to the operation', async () => {
    const engine = createEchoEngine();
    const body = { FriendlyName: 'a', Timers: { Inactive: 'PT5M' } };
    await call(engine, 'create-new-conversation-your-service', {
      ChatServiceSid: 'IS1',
      body,
      'X-Twilio-Webhook-Enabled': 'true',
    });
    expect(engine.calls).toEqual([
      {
        operation: 'conversations-services.createserviceconversation',
        input: { ChatServiceSid: 'IS1', body, 'X-Twilio-Webhook-Enabled': 'true' },
        caller,
      },
    ]);
  });

  it('returns structured content and the same JSON as text', async () => {
    const engine = respondWith({ body: bodyOf({ sid: 'IS1', links: {} }) });
    expect(await call(engine, 'fetch-conversation-service-your-account', { Sid: 'IS1' })).toEqual({
      content: [{ type: 'text', text: '{"sid":"IS1","links":{}}' }],
      structuredContent: { sid: 'IS1', links: {} },
    });
  });

  it('returns a small object for a delete', async () => {
    expect(await call(respondWith({ status: 204 }), 'remove-conversation-service-all-its', { Sid: 'IS1' })).toEqual({
      content: [{ type: 'text', text: '{"deleted":true}' }],
      structuredContent: { deleted: true },
    });
  });

  it("returns Twilio's refusal unchanged, without structured content", async () => {
    const refusal = { code: 20404, message: 'not found', more_info: 'https://example.com', status: 404 };
    const engine = respondWith({ status: 404, body: bodyOf(refusal) });
    expect(await call(engine, 'fetch-conversation-service-your-account', { Sid: 'IS1' })).toEqual({
      isError: true,
      content: [{ type: 'text', text: JSON.stringify(refusal) }],
    });
  });

  it('returns the status of an error without a body', async () => {
    const result = await call(respondWith({ status: 502 }), 'fetch-conversation-service-your-account', { Sid: 'IS1' });
    expect(result).toEqual({ isError: true, content: [{ type: 'text', text: '{"status":502}' }] });
  });

  it('lists the body fields that the operation ignores', async () => {
    const engine = respondWith({ body: bodyOf({}) }, ['UniqeName']);
    const result = await call(engine, 'create-new-conversation-your-service', {
      ChatServiceSid: 'IS1',
      body: { UniqeName: 'x' },
    });
    expect(result?.content[1]).toEqual({
      type: 'text',
      text: 'Ignored unknown fields: UniqeName',
    });
  });

  it.each([
    ['a missing argument', {}, '`fetch-conversation-your-service` requires `ChatServiceSid` and `Sid`.'],
    ['an empty argument', { ChatServiceSid: '', Sid: 'CH1' }, 'requires `ChatServiceSid`.'],
    ['an unknown argument', { ChatServiceSid: 'IS1', sid: 'CH1' }, 'has no argument `sid`. Did you mean `Sid`?'],
    [
      'an argument of the wrong type',
      { ChatServiceSid: 'IS1', Sid: ['CH1'] },
      '`Sid` of `fetch-conversation-your-service` must be of type string.',
    ],
    ['__proto__ as an argument', JSON.parse('{"__proto__": {"Sid": "CH1"}}') as object, 'has no argument `__proto__`.'],
  ])('with %s is an error that names the argument', async (_what, args, message) => {
    const engine = createEchoEngine();
    const result = await call(engine, 'fetch-conversation-your-service', args as Record<string, unknown>);
    expect(result?.isError).toBe(true);
    expect(JSON.stringify(result?.content)).toContain(message);
    expect(engine.calls).toEqual([]);
  });

  it('with a body that is not an object is an error that names the argument', async () => {
    const result = await call(createEchoEngine(), 'create-new-conversation-service-your', { body: 'FriendlyName=x' });
    expect(JSON.stringify(result)).toContain(
      '`body` of `create-new-conversation-service-your` must be an object of form fields.',
    );
  });

  it('that fails with a coded error returns it like a refusal', async () => {
    const engine: Engine = {
      operations: [],
      call: () => Promise.reject(new UnderstudyError('UNDERSTUDY_NOT_SAVED', 'disk full')),
    };
    const result = await call(engine, 'retrieve-list-all-conversation-services', {});
    expect(JSON.stringify(result)).toContain('disk full');
    expect(result?.isError).toBe(true);
  });

  it('is undefined for an unknown tool', () => {
    expect(call(createEchoEngine(), 'fetch-weather', {})).toBeUndefined();
  });
});
