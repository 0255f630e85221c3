import { conversationFields } from '../conversation/descriptions.js';

/** What callers should know about the fields of a conversation that is created with its participants. */
export const conversationWithParticipantsFields = {
  ...conversationFields,
  Participant:
    'Up to 10 JSON objects as text, each with identity or messaging_binding (address, proxy_address, projected_address), and optionally attributes and role_sid.',
};
