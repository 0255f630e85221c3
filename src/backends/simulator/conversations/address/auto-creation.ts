/** `AutoCreation`: its form fields, its rules and its rendering. */
import type { JsonObject } from '../../../../core/body.js';
import { flag, isWebUrl, list, oneOf, single, wholeNumber, type FormOf } from '../../kernel/fields.js';
import { present } from '../../kernel/handler.js';
import { isSid } from '../../kernel/sid.js';
import { badParameter, missingParameter } from '../../kernel/twilio-error.js';
import type { World } from '../../kernel/world.js';
import { refuse } from '../refusals.js';
import { isPostActionEvent } from '../service/event.js';
import { services } from '../service/record.js';
import { webhookMethod } from '../service/webhook.js';
import type { AutoCreationPart } from './record.js';

/** Clients allow 0 to 3 (recorded). */
const MAX_RETRIES = 3;

const invalid = (name: string, expected: string) => () => badParameter(name, expected);

export const autoCreationForm = {
  'AutoCreation.Enabled': flag,
  'AutoCreation.Type': oneOf(
    ['webhook', 'studio', 'default'],
    invalid('AutoCreation.Type', 'webhook, studio or default is expected'),
  ),
  'AutoCreation.ConversationServiceSid': single((value, name) => {
    if (!isSid(value, 'IS')) throw badParameter(name, 'the SID of a service is expected');
    return value;
  }),
  'AutoCreation.WebhookUrl': single((value, name) => {
    if (!isWebUrl(value)) throw badParameter(name, 'an absolute HTTP or HTTPS URL is expected');
    return value;
  }),
  'AutoCreation.WebhookMethod': webhookMethod,
  'AutoCreation.WebhookFilters': list,
  'AutoCreation.StudioFlowSid': single((value, name) => {
    if (!isSid(value, 'FW')) throw badParameter(name, 'the SID of a Studio flow is expected');
    return value;
  }),
  'AutoCreation.StudioRetryCount': wholeNumber,
};

/** Only what is sent changes; another type removes the values of the old one (published example). */
export function autoCreationOf(
  before: AutoCreationPart,
  sent: FormOf<typeof autoCreationForm>,
  world: World,
): AutoCreationPart {
  const type = sent['AutoCreation.Type'] ?? before.type;
  const enabled = sent['AutoCreation.Enabled'] ?? before.enabled;
  const serviceSid = sent['AutoCreation.ConversationServiceSid'];
  // An unknown service is refused here (inferred); one that is deleted later stays named (recorded).
  if (serviceSid !== undefined && world.records(services).get(serviceSid) === undefined) throw refuse(50050);
  const conversationServiceSid = serviceSid ?? before.conversationServiceSid;
  const base = { enabled, type, ...(conversationServiceSid === undefined ? {} : { conversationServiceSid }) };
  if (type === 'default') return base;
  return type === 'studio' ? { ...base, ...studioOf(before, sent) } : { ...base, ...webhookOf(before, sent) };
}

/** That a type needs its URL, filters or flow is inferred from the checks of Flex. */
function webhookOf(before: AutoCreationPart, sent: FormOf<typeof autoCreationForm>) {
  const webhookUrl = sent['AutoCreation.WebhookUrl'] ?? before.webhookUrl;
  const webhookFilters = sent['AutoCreation.WebhookFilters'] ?? before.webhookFilters ?? [];
  if (webhookUrl === undefined) throw missingParameter('AutoCreation.WebhookUrl');
  if (webhookFilters.length === 0) throw missingParameter('AutoCreation.WebhookFilters');
  // The conversation exists before its webhook, so `onConversationAdded` is not among the names (published description).
  if (!webhookFilters.every((name) => isPostActionEvent(name) && name !== 'onConversationAdded')) throw refuse(50365);
  return {
    webhookUrl,
    webhookMethod: sent['AutoCreation.WebhookMethod'] ?? before.webhookMethod ?? 'POST',
    webhookFilters,
  };
}

function studioOf(before: AutoCreationPart, sent: FormOf<typeof autoCreationForm>) {
  const studioFlowSid = sent['AutoCreation.StudioFlowSid'] ?? before.studioFlowSid;
  if (studioFlowSid === undefined) throw missingParameter('AutoCreation.StudioFlowSid');
  const studioRetryCount = sent['AutoCreation.StudioRetryCount'] ?? before.studioRetryCount ?? 0;
  if (studioRetryCount < 0 || studioRetryCount > MAX_RETRIES) {
    throw badParameter('AutoCreation.StudioRetryCount', `a number from 0 to ${MAX_RETRIES} is expected`);
  }
  return { studioFlowSid, studioRetryCount };
}

/** Only the keys of its type are shown (published examples): of type `default` not even the service. */
export function renderAutoCreation(part: AutoCreationPart): JsonObject {
  const { enabled, type } = part;
  if (type === 'default') return { enabled, type };
  return present({
    enabled,
    type,
    conversation_service_sid: part.conversationServiceSid,
    webhook_url: part.webhookUrl,
    webhook_method: part.webhookMethod,
    webhook_filters: part.webhookFilters,
    studio_flow_sid: part.studioFlowSid,
    studio_retry_count: part.studioRetryCount,
  });
}
