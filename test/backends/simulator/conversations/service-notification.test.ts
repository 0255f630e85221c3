import { describe, expect, it } from 'vitest';
import { ACCOUNT, ORIGIN } from '../../../helpers/simulator.js';
import { createWorld } from './world.js';

const update = 'updateservicenotification';

describe('the notifications of a new service', () => {
  it("are off and without templates, in Twilio's order", async () => {
    const { call, inService } = await createWorld();
    const sid = inService.ChatServiceSid;
    expect((await call('fetchservicenotification', inService)).text).toBe(
      JSON.stringify({
        account_sid: ACCOUNT,
        chat_service_sid: sid,
        log_enabled: false,
        added_to_conversation: { enabled: false, template: null, sound: null },
        new_message: {
          enabled: false,
          template: null,
          badge_count_enabled: false,
          sound: null,
          with_media: { enabled: false, template: null },
        },
        removed_from_conversation: { enabled: false, template: null, sound: null },
        url: `${ORIGIN}/v1/Services/${sid}/Configuration/Notifications`,
      }),
    );
  });
});

describe('an update of the notifications', () => {
  it.each([
    ['LogEnabled', true, { log_enabled: true }],
    ['NewMessage.Enabled', true, { new_message: { enabled: true } }],
    ['NewMessage.Template', '${MESSAGE}', { new_message: { template: '${MESSAGE}' } }],
    ['NewMessage.Sound', 'ding', { new_message: { sound: 'ding' } }],
    ['NewMessage.BadgeCountEnabled', true, { new_message: { badge_count_enabled: true } }],
    ['NewMessage.WithMedia.Enabled', true, { new_message: { with_media: { enabled: true } } }],
    ['NewMessage.WithMedia.Template', '${MEDIA}', { new_message: { with_media: { template: '${MEDIA}' } } }],
    ['AddedToConversation.Enabled', true, { added_to_conversation: { enabled: true } }],
    ['AddedToConversation.Template', 'welcome', { added_to_conversation: { template: 'welcome' } }],
    ['AddedToConversation.Sound', 'ding', { added_to_conversation: { sound: 'ding' } }],
    ['RemovedFromConversation.Enabled', true, { removed_from_conversation: { enabled: true } }],
    ['RemovedFromConversation.Template', 'bye', { removed_from_conversation: { template: 'bye' } }],
    ['RemovedFromConversation.Sound', 'ding', { removed_from_conversation: { sound: 'ding' } }],
  ])('of %s changes only that', async (field, value, changed) => {
    const { callOk, inService } = await createWorld();
    const fresh = await callOk('fetchservicenotification', inService);
    const after = await callOk(update, { ...inService, body: { [field]: value } });
    expect(after).toMatchObject(changed);
    expect(await callOk('fetchservicenotification', inService)).toEqual(after);
    const changedKeys = Object.keys(after).filter((key) => JSON.stringify(after[key]) !== JSON.stringify(fresh[key]));
    expect(changedKeys).toEqual(Object.keys(changed));
  });

  it('keeps the values of earlier updates', async () => {
    const { callOk, inService } = await createWorld();
    await callOk(update, { ...inService, body: { 'NewMessage.Enabled': true, 'NewMessage.Sound': 'ding' } });
    expect(await callOk(update, { ...inService, body: { NewMessage: { Template: 'x' } } })).toMatchObject({
      new_message: { enabled: true, template: 'x', sound: 'ding' },
    });
  });

  it('refuses templates and sounds that are too long', async () => {
    const { refusal, inService } = await createWorld();
    const long = 'x'.repeat(1601);
    for (const event of ['NewMessage', 'NewMessage.WithMedia', 'AddedToConversation', 'RemovedFromConversation']) {
      expect(await refusal(update, { ...inService, body: { [`${event}.Template`]: long } })).toEqual([400, 50058]);
    }
    for (const event of ['NewMessage', 'AddedToConversation', 'RemovedFromConversation']) {
      expect(await refusal(update, { ...inService, body: { [`${event}.Sound`]: long } })).toEqual([400, 50059]);
    }
  });

  it('is refused if it is invalid or empty, or if the service does not exist', async () => {
    const { refusal, inService } = await createWorld();
    expect(await refusal(update, { ...inService, body: { LogEnabled: 1 } })).toEqual([400, 20001]);
    expect(await refusal(update, inService)).toEqual([400, 20161]);
    const nowhere = { ChatServiceSid: `IS${'0'.repeat(32)}` };
    expect(await refusal(update, { ...nowhere, body: { LogEnabled: true } })).toEqual([404, 20404]);
    expect(await refusal('fetchservicenotification', nowhere)).toEqual([404, 20404]);
  });
});
