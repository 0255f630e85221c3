import { describe, expect, it } from 'vitest';
import { ACCOUNT, createTestSimulator, itemsOf, ORIGIN, sidOf } from '../../../helpers/simulator.js';

describe("the account's configuration", () => {
  it("names the default service, which is the oldest of the account's services", async () => {
    const { call, callOk } = await createTestSimulator();
    const { text, body } = await call('fetchconfiguration');
    const [first] = itemsOf(await callOk('listservice'));
    expect(first).toMatchObject({ friendly_name: 'Default Conversations Service' });
    expect(text).toBe(
      JSON.stringify({
        account_sid: ACCOUNT,
        default_chat_service_sid: first?.['sid'],
        default_messaging_service_sid: body?.['default_messaging_service_sid'],
        default_inactive_timer: null,
        default_closed_timer: null,
        url: `${ORIGIN}/v1/Configuration`,
        links: {
          service: `${ORIGIN}/v1/Services/${sidOf(first ?? {})}/Configuration`,
          webhooks: `${ORIGIN}/v1/Configuration/Webhooks`,
        },
      }),
    );
  });

  it('accepts an update without parameters', async () => {
    const { call } = await createTestSimulator();
    const before = await call('fetchconfiguration');
    expect(await call('updateconfiguration')).toEqual(before);
  });

  it('moves the account-level paths to another service', async () => {
    const { callOk, refusal } = await createTestSimulator();
    const old = sidOf(await callOk('createconversation', { body: {} }));
    const service = sidOf(await callOk('createservice', { body: { FriendlyName: 'Desk' } }));
    await callOk('updateconfiguration', { body: { DefaultChatServiceSid: service } });
    expect(itemsOf(await callOk('listconversation'))).toEqual([]);
    expect(await refusal('fetchconversation', { Sid: old })).toEqual([404, 20404]);
    expect(await callOk('createconversation', { body: {} })).toMatchObject({ chat_service_sid: service });
  });

  it('refuses a service that does not exist, and keeps the default service from being deleted', async () => {
    const { callOk, refusal } = await createTestSimulator();
    const update = (body: object) => refusal('updateconfiguration', { body });
    expect(await update({ DefaultChatServiceSid: `IS${'0'.repeat(32)}` })).toEqual([400, 50050]);
    expect(await update({ DefaultChatServiceSid: 'desk' })).toEqual([400, 20001]);
    expect(await update({ DefaultMessagingServiceSid: 'x' })).toEqual([400, 50341]);
    expect(await update({ DefaultMessagingServiceSid: '' })).toEqual([400, 20001]);
    expect(await update({ DefaultInactiveTimer: 'PT10S' })).toEqual([400, 50375]);
    expect(await update({ DefaultInactiveTimer: 'soon' })).toEqual([400, 50379]);
    expect(await update({ DefaultClosedTimer: 'PT9M' })).toEqual([400, 50376]);
    const { default_chat_service_sid: Sid } = await callOk('fetchconfiguration');
    expect(await refusal('deleteservice', { Sid })).toEqual([409, 20409]);
  });

  it('changes nothing when one of several values is refused', async () => {
    const { callOk, refusal } = await createTestSimulator();
    const body = { DefaultInactiveTimer: 'PT10M', DefaultChatServiceSid: `IS${'0'.repeat(32)}` };
    expect(await refusal('updateconfiguration', { body })).toEqual([400, 50050]);
    expect(await callOk('fetchconfiguration')).toMatchObject({ default_inactive_timer: null });
  });

  it('gives its timers and messaging service to new conversations that have none of their own, in any service', async () => {
    const { callOk } = await createTestSimulator();
    const ChatServiceSid = sidOf(await callOk('createservice', { body: { FriendlyName: 'Desk' } }));
    const messaging = `MG${'1'.repeat(32)}`;
    expect(
      await callOk('updateconfiguration', {
        body: { DefaultInactiveTimer: 'PT10M', DefaultClosedTimer: 'PT15M', DefaultMessagingServiceSid: messaging },
      }),
    ).toMatchObject({ default_inactive_timer: 'PT10M', default_closed_timer: 'PT15M' });
    expect(await callOk('createserviceconversation', { ChatServiceSid, body: {} })).toMatchObject({
      timers: { date_inactive: '2026-01-01T00:10:00Z', date_closed: '2026-01-01T00:15:00Z' },
      messaging_service_sid: messaging,
    });
    expect(await callOk('createconversation', { body: { 'Timers.Closed': 'P1D' } })).toMatchObject({
      timers: { date_closed: '2026-01-02T00:00:00Z' },
    });
    await callOk('updateconfiguration', { body: { DefaultInactiveTimer: 'PT0S', DefaultClosedTimer: '' } });
    expect(await callOk('createconversation', { body: {} })).toMatchObject({ timers: {} });
  });
});

describe("the account's webhooks", () => {
  it('have no URLs and no filters until they are configured, and accept an update without parameters', async () => {
    const { call } = await createTestSimulator();
    const { text } = await call('fetchconfigurationwebhook');
    expect(text).toBe(
      JSON.stringify({
        account_sid: ACCOUNT,
        pre_webhook_url: null,
        post_webhook_url: null,
        method: 'POST',
        filters: [],
        target: 'webhook',
        url: `${ORIGIN}/v1/Configuration/Webhooks`,
      }),
    );
    expect(await call('updateconfigurationwebhook')).toMatchObject({ status: 200, text });
  });

  it('change only in what is sent, and accept the events of users', async () => {
    const { callOk, refusal } = await createTestSimulator();
    const filters = ['onUserUpdated', 'onMessageAdded'];
    await callOk('updateconfigurationwebhook', { body: { PostWebhookUrl: 'http://127.0.0.1/x', Filters: filters } });
    expect(await callOk('updateconfigurationwebhook', { body: { Method: 'get' } })).toMatchObject({
      post_webhook_url: 'http://127.0.0.1/x',
      filters,
      method: 'GET',
    });
    const update = (body: object) => refusal('updateconfigurationwebhook', { body });
    expect(await update({ Filters: 'onNothing' })).toEqual([400, 50365]);
    expect(await update({ PreWebhookUrl: 'nowhere' })).toEqual([400, 50077]);
    expect(await update({ PostWebhookUrl: 'nowhere' })).toEqual([400, 50054]);
    expect(await update({ Method: 'PUT' })).toEqual([400, 50055]);
    expect(await update({ Target: 'phone' })).toEqual([400, 20001]);
  });
});
