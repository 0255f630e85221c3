/**
 * The account's configuration. It has no SID and no dates. Its timers apply to every conversation that is created without
 * timers of its own, in any service (documentation).
 */
import type { Context } from '../../kernel/context.js';
import { readFields, sidField, single, type Field } from '../../kernel/fields.js';
import { okValue } from '../../kernel/handler.js';
import type { Resource } from '../../kernel/product.js';
import { isSid } from '../../kernel/sid.js';
import { badParameter } from '../../kernel/twilio-error.js';
import { inactiveTimer, closedTimer, timer } from '../conversation/timers.js';
import { refusal, refuse } from '../refusals.js';
import { defaultServiceSid, services } from '../service/record.js';
import { defaultClosedTimer, defaultInactiveTimer, messagingServiceSid } from './record.js';
import { accountConfigurationFields } from './descriptions.js';

/** Empty text removes a timer too (inferred). */
const removable = (limit: Parameters<typeof timer>[0]): Field<string | null> => {
  const field = timer(limit);
  return single((value, name) => (value === '' ? null : field.read([value], name)));
};

const form = {
  DefaultChatServiceSid: single((value) => {
    if (!isSid(value, 'IS')) throw badParameter('DefaultChatServiceSid', 'the SID of a service is expected');
    return value;
  }),
  DefaultMessagingServiceSid: single((value, name) => {
    // What empty text does is not recorded. Refused, so that the value stays set. Inferred.
    if (value === '') throw badParameter(name, 'the SID of a messaging service is expected');
    return sidField('MG', refusal(50341)).read([value], name);
  }),
  DefaultInactiveTimer: removable(inactiveTimer),
  DefaultClosedTimer: removable(closedTimer),
};

export const accountConfiguration: Resource = {
  noun: 'Configuration',
  scopes: ['account'],
  descriptions: accountConfigurationFields,
  settings: [messagingServiceSid, defaultInactiveTimer, defaultClosedTimer],
  handlers: {
    fetch: (ctx) => okValue(render(ctx)),
    /** Accepts an update without parameters, unlike all other resources (recorded; the dictionary contradicts). */
    update(ctx) {
      const { world } = ctx;
      const sent = readFields(form, ctx.call.form);
      if (sent.DefaultChatServiceSid !== undefined) {
        if (world.records(services).get(sent.DefaultChatServiceSid) === undefined) throw refuse(50050);
        world.set(defaultServiceSid, sent.DefaultChatServiceSid);
      }
      if (sent.DefaultMessagingServiceSid !== undefined)
        world.set(messagingServiceSid, sent.DefaultMessagingServiceSid);
      if (sent.DefaultInactiveTimer !== undefined) world.set(defaultInactiveTimer, sent.DefaultInactiveTimer);
      if (sent.DefaultClosedTimer !== undefined) world.set(defaultClosedTimer, sent.DefaultClosedTimer);
      return okValue(render(ctx));
    },
  },
};

function render(ctx: Context) {
  const { world, origin } = ctx;
  const serviceSid = world.get(defaultServiceSid);
  return {
    account_sid: world.account,
    default_chat_service_sid: serviceSid,
    default_messaging_service_sid: world.get(messagingServiceSid),
    default_inactive_timer: world.get(defaultInactiveTimer),
    default_closed_timer: world.get(defaultClosedTimer),
    url: ctx.link('fetch', 'Configuration', {}),
    links: {
      // The one account-level link into a service; the capability need not contain its operation.
      service: `${origin}/v1/Services/${serviceSid ?? ''}/Configuration`,
      webhooks: ctx.link('fetch', 'Configuration/Webhooks', {}),
    },
  };
}
