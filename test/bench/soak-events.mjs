/** The webhook events that the walkers of a soak test subscribe to. */
const RECORD_EVENTS = [
  'onMessageAdded',
  'onMessageUpdated',
  'onMessageRemoved',
  'onConversationAdded',
  'onConversationUpdated',
];
export const FILTERS = [...RECORD_EVENTS, 'onConversationStateUpdated', 'onParticipantAdded', 'onDeliveryUpdated'];
