import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/body.js';
import { basic, createTestUnderstudy } from '../helpers/understudy.js';

const SERVICE = 'IS5e0000000000000000000000000000d1';
const CONVERSATION = 'CH5e0000000000000000000000000000e1';
const MESSAGES = `/v1/Services/${SERVICE}/Conversations/${CONVERSATION}/Messages`;
const ACCOUNT = 'AC00000000000000000000000000000000';

async function setUp() {
  const { http, controls } = await createTestUnderstudy({ seed: 'support-desk' });
  const run = async (name: string, input: JsonObject = {}): Promise<JsonObject> =>
    (await controls.run(name, undefined, input)) as JsonObject;
  const exchanges = async (): Promise<JsonObject[]> => (await run('journal.list'))['exchanges'] as JsonObject[];
  const post = (url: string, payload: Record<string, string>, headers: Record<string, string> = {}) =>
    http.inject({
      method: 'POST',
      url,
      headers: {
        ...basic(ACCOUNT, 'a-password'),
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      payload: new URLSearchParams(payload).toString(),
    });
  return { http, run, exchanges, post };
}

test('an exchange has the method, URL and headers of its request and response, without secrets', async () => {
  const { http, exchanges, post } = await setUp();
  await post(MESSAGES, { Body: 'hello' }, { 'X-Twilio-Webhook-Enabled': 'true', Cookie: 'session=1' });
  await http.inject({ url: '/v1/Services?PageSize=2', headers: basic(ACCOUNT, 'a-password') });
  const [created, listed] = await exchanges();
  expect(created).toMatchObject({
    method: 'POST',
    url: MESSAGES,
    headers: {
      request: {
        'x-twilio-webhook-enabled': 'true',
        authorization: 'Basic [redacted]',
        cookie: '[redacted]',
        'content-type': 'application/x-www-form-urlencoded',
      },
      response: { 'content-type': 'application/json;charset=utf-8', 'twilio-request-id': expect.stringMatching(/^RQ/) },
    },
    fault: null,
  });
  expect(listed).toMatchObject({ method: 'GET', url: '/v1/Services?PageSize=2' });
  expect(JSON.stringify([created, listed])).not.toContain(btoa(`${ACCOUNT}:a-password`));
});

test('headers that are named like properties of objects are shown as they were sent', async () => {
  const { exchanges, post } = await setUp();
  await post(MESSAGES, { Body: 'hello' }, { constructor: 'a builder', valueOf: '1' });
  const [exchange] = await exchanges();
  expect(exchange).toMatchObject({ headers: { request: { constructor: 'a builder', valueof: '1' } } });
});

test('a duration is real time even if the world’s clock stands still', async () => {
  const { run, exchanges, post } = await setUp();
  await run('faults.add', { latency: { min: 30, max: 30 } });
  const before = Date.now();
  await post(MESSAGES, { Body: 'slow' });
  const [exchange] = await exchanges();
  // Timers may fire a millisecond early.
  expect(exchange?.['milliseconds']).toBeGreaterThanOrEqual(29);
  expect(exchange?.['started']).toBeGreaterThanOrEqual(before - 1);
  expect(exchange?.['started']).toBeLessThanOrEqual(Date.now());
});

test('an exchange names the fault rule that was applied to it, also after the rule is gone', async () => {
  const { http, run, exchanges, post } = await setUp();
  await run('faults.add', { operation: 'listservice', status: 503 });
  await run('faults.add', { operation: 'createserviceconversationmessage', status: 429, times: 1 });
  await post(MESSAGES, { Body: 'refused' });
  await run('faults.clear');
  await post(MESSAGES, { Body: 'accepted' });
  await http.inject({ url: '/v1/Services', headers: { ...basic(ACCOUNT), 'understudy-fault': 'status=500' } });
  expect((await exchanges()).map(({ status, fault }) => [status, fault])).toEqual([
    [429, { rule: 2, effects: { operation: 'createserviceconversationmessage', status: 429, times: 1 } }],
    [201, null],
    [500, { rule: null, effects: { status: 500 } }],
  ]);
});

test('a webhook names the exchange that caused it and the fault rule that dropped it', async () => {
  const { run, post } = await setUp();
  await run('faults.add', { event: 'onMessageAdded', webhook: 'lose' });
  const response = await post(MESSAGES, { Body: 'with webhooks' }, { 'X-Twilio-Webhook-Enabled': 'true' });
  await post(MESSAGES, { Body: 'without' });
  const added = { event: 'onMessageAdded' };
  const { deliveries } = await run('webhooks.list', { exchange: 1, ...added });
  const lost = { state: 'lost', fault: { rule: 1, effects: { event: 'onMessageAdded', webhook: 'lose' } } };
  expect(deliveries).toMatchObject([
    { event: 'onMessageAdded', exchange: 1, ...lost },
    { exchange: 1, ...lost },
  ]);
  // Delivery updates fire for every message.
  const events = async (exchange: number) =>
    ((await run('webhooks.list', { exchange }))['deliveries'] as { event: string }[]).map(({ event }) => event);
  expect(await events(1)).toEqual(['onMessageAdded', 'onMessageAdded', 'onDeliveryUpdated']);
  expect(await events(2)).toEqual(['onDeliveryUpdated']);
  const { sid } = response.json<{ sid: string }>();
  expect(((await run('webhooks.list', { record: sid, ...added }))['deliveries'] as unknown[]).length).toBe(2);
});

test('a pre-action webhook names the exchange that waited for it', async () => {
  const { run, post } = await setUp();
  const hooks = { PreWebhookUrl: 'http://127.0.0.1:9/none', Filters: 'onMessageAdd' };
  await post(`/v1/Services/${SERVICE}/Configuration/Webhooks`, hooks);
  await post(MESSAGES, { Body: 'hello' }, { 'X-Twilio-Webhook-Enabled': 'true' });
  const { deliveries } = await run('webhooks.list', { exchange: 2 });
  expect(deliveries).toMatchObject([{ event: 'onMessageAdd', target: 'service-pre', exchange: 2 }, {}]);
});

test('a webhook that a control or a timer caused names no exchange', async () => {
  const { run } = await setUp();
  await run('conversations.set-state', { sid: CONVERSATION, state: 'inactive' });
  expect((await run('webhooks.list'))['deliveries']).toMatchObject([{ exchange: null, fault: null }]);
});
