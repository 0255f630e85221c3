import type { Operation } from '../../../core/operation.js';
import { conversationsProduct } from './product.js';
import { chatServiceSidField } from './service/descriptions.js';

/** Fields that mean the same in every resource. */
const common: Readonly<Record<string, string>> = {
  ChatServiceSid: chatServiceSidField,
  DateCreated: 'Creation date to store, ISO 8601. For imports.',
  DateUpdated: 'Update date to store, ISO 8601. For imports.',
  Page: 'Only echoed; PageToken selects the page.',
  PageSize: 'Records per page.',
  PageToken: 'Token from meta.next_page_url.',
  'X-Twilio-Webhook-Enabled': 'true to fire webhooks.',
};

/**
 * A short description of a parameter or form field, for schemas and documents; undefined if there is none. Tool lists are
 * read in full by models, so descriptions have few words.
 */
export function describeField({ baseUri, noun, scope }: Operation, field: string): string | undefined {
  if (baseUri !== conversationsProduct.baseUri) return undefined;
  const resource = conversationsProduct.resources.find((each) => each.noun === noun && each.scopes.includes(scope));
  return resource?.descriptions?.[field] ?? common[field];
}
