import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readAccessToken } from '../../src/core/access-token.js';
import { encodeFrame, parseFrame } from '../../src/surfaces/client/frames.js';
import type { JsonObject } from '../../src/core/body.js';
import { openServer } from './server.js';
import { RawClient } from './socket.js';

const frame = encodeFrame({ method: 'message', id: 'T1', http_request: { method: 'GET', path: '/' } }, '{"a":"ä"}');

it('damaged frames are refused, and never throw', () => {
  fc.assert(
    fc.property(fc.nat(frame.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }), (at, bytes) => {
      const damaged = Buffer.from(frame);
      damaged.set(bytes.subarray(0, damaged.length - at), at);
      const parsed = parseFrame(damaged);
      expect(typeof parsed === 'string' || typeof parsed.method === 'string').toBe(true);
      expect(typeof parseFrame(frame.subarray(0, at))).toBe('string');
      expect(typeof parseFrame(Buffer.from(bytes))).toBe('string');
    }),
    { numRuns: 1000 },
  );
});

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

it('tokens with other claims are refused, and never throw', () => {
  const [key, account] = [`SK${'1'.repeat(32)}`, `AC${'1'.repeat(32)}`];
  const claim = fc.oneof(fc.jsonValue(), fc.constantFrom(key, account, 1e9, 1e12, { identity: 'alice', chat: {} }));
  const claims = fc.record({ iss: claim, sub: claim, exp: claim, nbf: claim, grants: claim }, { requiredKeys: [] });
  const header = fc.oneof(fc.constant({ alg: 'HS256' }), fc.jsonValue());
  fc.assert(
    fc.property(header, fc.oneof(claims, fc.jsonValue()), fc.string(), (head, body, signature) => {
      const token = readAccessToken(`${encode(head)}.${encode(body)}.${signature}`, () => undefined, 1e12);
      const isOwn = 'identity' in token && token.identity === 'alice' && token.account === account && token.key === key;
      expect('status' in token ? [401, 403].includes(token.status) : isOwn).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

const templates = [
  '/Client/v2/Configuration',
  '/Client/v2/Typing',
  '/Client/v2/MyConversations',
  '/Client/v2/MyConversations/*',
  '/Client/v2/Conversations',
  '/Client/v2/Conversations/*',
  '/Client/v2/Conversations/*/Participants',
  '/Client/v2/Conversations/*/Participants/*',
  '/Client/v2/Conversations/*/Messages',
  '/Client/v2/Conversations/*/Messages/*',
  '/Client/v2/Conversations/*/Messages/*/Receipts',
  '/Client/v2/Users/*',
  '/v3/*/*',
  '/v3/*/*/Items',
  '/v4/Subscriptions',
  '/v1/registrations',
  '/v1/registrations/*',
];

/** Paths with names that exist, and others. */
function pathOf(sids: readonly string[]): fc.Arbitrary<string> {
  const names = ['alice', 'Documents', 'Lists', 'Maps', '__proto__', '%2e%2e', '%00', '', ...sids];
  const segment = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...names) }, fc.string({ maxLength: 20 }));
  const known = fc
    .tuple(fc.constantFrom(...templates), fc.array(segment, { minLength: 4, maxLength: 4 }))
    .map(([template, segments]) => segments.reduce((text, each) => text.replace('*', () => each), template));
  return fc.oneof(
    { weight: 4, arbitrary: known },
    fc.array(segment).map((segments) => `/${segments.join('/')}`),
  );
}

const body = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      action: fc.constantFrom('establish', 'cancel', 'other'),
      correlation_id: fc.jsonValue(),
      requests: fc.oneof(fc.array(fc.jsonValue(), { maxLength: 3 }), fc.jsonValue()),
      channel_type: fc.constantFrom('fcm', 'other'),
      data: fc.oneof(fc.record({ registration_id: fc.jsonValue() }), fc.jsonValue()),
      message_types: fc.jsonValue(),
      messaging_binding: fc.jsonValue(),
      attributes: fc.jsonValue(),
      media_sids: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
      body: fc.oneof(fc.string(), fc.jsonValue()),
      friendly_name: fc.oneof(fc.string(), fc.jsonValue()),
      last_read_message_index: fc.jsonValue(),
      notification_level: fc.jsonValue(),
      identity: fc.oneof(fc.string(), fc.jsonValue()),
    },
    { requiredKeys: [] },
  ),
);
const requestOf = (sids: readonly string[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.jsonValue() },
    {
      weight: 5,
      arbitrary: fc.record({
        method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'DANCE'),
        path: pathOf(sids),
        params: fc.oneof(fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue()), fc.jsonValue()),
        headers: fc.jsonValue(),
      }),
    },
  );

it('whatever a client requests is answered, and never as a failure of the server', async () => {
  const server = await openServer({});
  const { sid: ConversationSid = '' } = await server.call('createconversation', { body: { UniqueName: 'support' } });
  const member = await server.call('createconversationparticipant', { ConversationSid, body: { Identity: 'alice' } });
  const message = await server.call('createconversationmessage', { ConversationSid, body: { Author: 'alice' } });
  const objects = ['channel', 'messages', 'roster'].map((kind) => `${ConversationSid}.${kind}`);
  const sids = [ConversationSid, 'support', member['sid'] ?? '', message['sid'] ?? '', ...objects];
  const client = await RawClient.connect(server, 'alice');
  await fc.assert(
    fc.asyncProperty(requestOf(sids), body, async (sent, payload) => {
      const header = { method: 'message', http_request: sent } as JsonObject;
      const reply = (await client.request(header, JSON.stringify(payload))).header;
      client.frames.length = 0;
      const { code } = reply['status'] as { code: number };
      const http = reply['http_status'] as { code: number } | undefined;
      expect([200, 400]).toContain(code);
      expect(http?.code ?? 0).toBeLessThan(500);
    }),
    { numRuns: 500 },
  );
  expect(server.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  expect((await client.http('GET', '/Client/v2/Configuration')).status).toBe(200);
});
