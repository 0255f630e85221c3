import type { JsonObject } from '../../../../src/core/body.js';
import { callOk, createDesk, startSim } from '../../../helpers/sim.js';
import { startWebhookTarget } from '../../../helpers/webhook-target.js';

export const CUSTOMER = '+15550001111';
export const DESK = '+15559990000';
/** A customer's first message to the desk. */
export const hello = { from: CUSTOMER, to: DESK, body: 'Hi' };

/** A world with an app that receives the account's webhooks, and shortcuts for inbound messages. */
export async function setUpInbound(filters?: readonly string[]) {
  const sim = await startSim();
  const world = sim.world('inbound');
  const app = await startWebhookTarget(world.authToken);
  const { service } = await createDesk(world);
  if (filters !== undefined) {
    const body = { PreWebhookUrl: `${app.origin}/pre`, PostWebhookUrl: `${app.origin}/post`, Filters: filters };
    await callOk(world, 'updateconfigurationwebhook', { body });
  }
  const configure = (fields: object = {}) =>
    callOk(world, 'createconfigurationaddress', {
      body: { Type: 'sms', Address: DESK, 'AutoCreation.Enabled': true, ...fields },
    });
  const fetch = async (message: JsonObject) =>
    callOk(world, 'fetchserviceconversation', {
      ChatServiceSid: message['chat_service_sid'],
      Sid: message['conversation_sid'],
    });
  const listOf = async (noun: string, message: JsonObject) =>
    (
      await callOk(world, `listserviceconversation${noun}`, {
        ChatServiceSid: message['chat_service_sid'],
        ConversationSid: message['conversation_sid'],
      })
    )[noun === 'scopedwebhook' ? 'webhooks' : `${noun}s`] as JsonObject[];
  const conversations = async () =>
    (await callOk(world, 'listserviceconversation', { ChatServiceSid: service }))['conversations'] as JsonObject[];
  return { world, app, service, configure, fetch, listOf, conversations };
}
