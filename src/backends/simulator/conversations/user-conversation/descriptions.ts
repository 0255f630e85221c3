export const userConversationFields = {
  LastReadMessageIndex: 'Index of the last read message; null to remove it.',
  LastReadTimestamp: 'Time of reading, ISO 8601.',
  NotificationLevel: 'Whether the user is notified of new messages in the conversation.',
};
