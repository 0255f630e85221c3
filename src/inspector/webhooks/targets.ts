import type { Delivery } from '../data/types.js';

/** The kinds of webhooks, for people. */
export const targets: Readonly<Record<string, string>> = {
  'service-pre': 'Service, pre-action webhook',
  'service-post': 'Service, post-action webhook',
  'account-pre': 'Account, pre-action webhook',
  'account-post': 'Account, post-action webhook',
  webhook: 'Conversation-scoped webhook',
  trigger: 'Conversation-scoped webhook, keyword trigger',
  studio: 'Studio flow',
  flex: 'Flex',
};

/** Whether a webhook was called before the action, so that its response could change or reject it. */
export const isPreAction = ({ target }: Pick<Delivery, 'target'>): boolean => target.endsWith('-pre');
