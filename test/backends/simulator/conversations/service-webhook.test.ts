import { describe, expect, it } from 'vitest';
import { ACCOUNT, ORIGIN } from '../../../helpers/simulator.js';
import { createWorld } from './world.js';

const update = 'updateservicewebhookconfiguration';
const fetch = 'fetchservicewebhookconfiguration';

describe('the webhooks of a service', () => {
  it("are null until they are configured, in Twilio's order", async () => {
    const { call, inService } = await createWorld();
    const sid = inService.ChatServiceSid;
    expect((await call(fetch, inService)).text).toBe(
      JSON.stringify({
        account_sid: ACCOUNT,
        chat_service_sid: sid,
        pre_webhook_url: null,
        post_webhook_url: null,
        filters: null,
        method: null,
        url: `${ORIGIN}/v1/Services/${sid}/Configuration/Webhooks`,
      }),
    );
  });

  it('have the configured values, with the filters in the given order', async () => {
    const { callOk, inService } = await createWorld();
    const body = {
      PreWebhookUrl: 'https://example.com/pre',
      PostWebhookUrl: 'https://example.com/post?a=1#rc=2',
      Filters: ['onMessageAdded', 'onConversationAdd', 'onDeliveryUpdated'],
      Method: 'GET',
    };
    const after = await callOk(update, { ...inService, body });
    expect(after).toMatchObject({
      pre_webhook_url: body.PreWebhookUrl,
      post_webhook_url: body.PostWebhookUrl,
      filters: body.Filters,
      method: 'GET',
    });
    expect(await callOk(fetch, inService)).toEqual(after);
  });

  it('change only in the given fields; filters are replaced, and an empty URL is removed', async () => {
    const { callOk, inService } = await createWorld();
    const first = { PostWebhookUrl: 'https://example.com/', Filters: ['onMessageAdded', 'onMessageUpdated'] };
    expect(await callOk(update, { ...inService, body: first })).toMatchObject({
      pre_webhook_url: null,
      method: 'POST',
    });
    expect(await callOk(update, { ...inService, body: { Filters: 'onMessageRemoved' } })).toMatchObject({
      post_webhook_url: 'https://example.com/',
      filters: ['onMessageRemoved'],
    });
    expect(await callOk(update, { ...inService, body: { PostWebhookUrl: '' } })).toMatchObject({
      post_webhook_url: null,
      filters: ['onMessageRemoved'],
    });
    expect(await callOk(update, { ...inService, body: { Filters: '' } })).toMatchObject({ filters: [] });
  });

  it.each([
    ['PreWebhookUrl', 'not a url', 50077],
    ['PreWebhookUrl', 'ftp://example.com', 50077],
    ['PostWebhookUrl', 'example.com/hook', 50054],
    ['PostWebhookUrl', 'javascript:alert(1)', 50054],
    ['Method', 'PUT', 50055],
    ['Method', '', 50055],
    ['Filters', 'onMessageSent', 50365],
    ['Filters', ['onMessageAdded', 'onmessageadded'], 50365],
    ['Filters', 'constructor', 50365],
  ])('refuse %s=%s', async (field, value, code) => {
    const { callOk, refusal, inService } = await createWorld();
    expect(await refusal(update, { ...inService, body: { [field]: value } })).toEqual([400, code]);
    expect(await callOk(fetch, inService)).toMatchObject({ filters: null, method: null });
  });

  it('refuse an empty update, and an update of a service that does not exist', async () => {
    const { refusal, inService } = await createWorld();
    expect(await refusal(update, inService)).toEqual([400, 20161]);
    const nowhere = { ChatServiceSid: `IS${'0'.repeat(32)}` };
    expect(await refusal(update, { ...nowhere, body: { Method: 'GET' } })).toEqual([404, 20404]);
    expect(await refusal(fetch, nowhere)).toEqual([404, 20404]);
  });
});
