/** The events that webhook filters may name (documentation): pre-action ones ask before a write, post-action ones tell after it. */
const preActionEvents = [
  'onConversationAdd',
  'onConversationUpdate',
  'onConversationRemove',
  'onMessageAdd',
  'onMessageUpdate',
  'onMessageRemove',
  'onParticipantAdd',
  'onParticipantUpdate',
  'onParticipantRemove',
  'onUserUpdate',
];

const postActionEvents = [
  'onConversationAdded',
  'onConversationUpdated',
  'onConversationRemoved',
  'onConversationStateUpdated',
  'onMessageAdded',
  'onMessageUpdated',
  'onMessageRemoved',
  'onParticipantAdded',
  'onParticipantUpdated',
  'onParticipantRemoved',
  'onUserAdded',
  'onUserUpdated',
  'onDeliveryUpdated',
];

const events: ReadonlySet<string> = new Set([...preActionEvents, ...postActionEvents]);

export const isEvent = (name: string): boolean => events.has(name);
